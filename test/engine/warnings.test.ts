import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('warnings of modules')

test('they are told once for each item, and not where the output is hidden', async () => {
  const lineinfile = { path: '/etc/hostname', regexp: '', line: 'x' }
  const { events } = await runPlaybook([
    {
      hosts: 'all',
      gather_facts: false,
      check_mode: true,
      tasks: [
        { name: 'one', lineinfile },
        { name: 'two', lineinfile, loop: [1, 2] },
        { name: 'hidden', lineinfile, no_log: true },
      ],
    },
  ])
  const told = events.filter(({ kind }) => kind === 'warning')
  assert.is(told.length, 3)
})

test.run()
