import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('diffs in results')

test('of one change it is the diff itself, of several a list, as playbooks read Ansible’s', async () => {
  const tasks = [
    { name: 'new', copy: { content: 'a\n', dest: '{{ playbook_dir }}/one' } },
    { name: 'one', copy: { content: 'b\n', dest: '{{ playbook_dir }}/one' } },
    { name: 'none', copy: { content: 'b\n', dest: '{{ playbook_dir }}/one' } },
  ]
  const { fields } = await runPlaybook([{ diff: true, tasks }])
  assert.ok(Array.isArray(fields('new').diff))
  const { before, after } = fields('one').diff as Record<string, unknown>
  assert.equal([before, after], ['a\n', 'b\n'])
  assert.is(fields('none').diff, undefined)
})

test.run()
