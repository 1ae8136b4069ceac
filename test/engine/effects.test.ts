import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/effects')

for (const name of ['a\nb', '\u001b]52;c;x\u0007', '-oProxyCommand=x', '__proto__']) {
  test(`a bad name from a host fails its task, and only that: ${JSON.stringify(name)}`, async () => {
    const { lines, exitCode } = await runPlaybook([
      {
        tasks: [
          { name: 'add', add_host: { name: '{{ given }}' }, ignore_errors: true },
          { name: 'loop', add_host: { name: '{{ item }}' }, loop: ['fine', name], ignore_errors: true },
          { name: 'after', debug: { msg: '{{ groups.all }}' } },
        ],
        vars: { given: name },
      },
    ])
    assert.is(exitCode, 0)
    assert.equal(
      lines.filter((line) => !line.includes('(')),
      ['failed one add ignored', 'failed one loop ignored', 'ok one after'],
    )
  })
}

test('brackets in a name that a task adds are no range', async () => {
  const { fields } = await runPlaybook([
    {
      tasks: [
        { add_host: { name: 'x[1:1000000]' } },
        { add_host: { name: 'y[' } },
        { name: 'all', debug: { msg: '{{ groups.all }}' } },
      ],
    },
  ])
  assert.equal(fields('all').msg, ['one', 'x[1:1000000]', 'y['])
})

test('a group that would contain itself fails its task', async () => {
  const { lines } = await runPlaybook([
    {
      tasks: [
        { group_by: { key: 'a', parents: 'b' } },
        { name: 'turn', group_by: { key: 'b', parents: 'a' }, ignore_errors: true },
      ],
    },
  ])
  assert.is(lines.at(-1), 'failed one turn ignored')
})

test.run()
