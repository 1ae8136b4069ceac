import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/failed-place')

test('the place of an error is a field, and not part of msg', async () => {
  const tasks = [
    { name: 'argument', debug: { msg: '{{ nope }}' }, register: 'a', ignore_errors: true },
    { name: 'condition', command: 'true', changed_when: 'nope', register: 'b', ignore_errors: true },
    { name: 'none', fail: { msg: 'on purpose' }, register: 'c', ignore_errors: true },
  ]
  const ran = await runPlaybook([{ tasks }])
  for (const name of ['argument', 'condition']) {
    const { msg, location } = ran.fields(name)
    assert.match(String(msg), /^'nope' is undefined/)
    assert.match(String(location), /playbook.*\..../)
  }
  assert.equal(ran.fields('none'), { changed: false, failed: true, msg: 'on purpose' })
})

test.run()
