import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('a module that a template names')

const playbook = (module: string) =>
  `- hosts: all\n  gather_facts: false\n  tasks:\n    - name: chosen\n      action: "{{ '${module}' }}"\n      args: { path: /, mod: x }\n`

const run = (module: string) =>
  runPlaybook([], { playbook: 'play.yml', files: { 'play.yml': playbook(module) } })

test('its arguments are checked when it is known', async () => {
  const { exitCode, fields } = await run('stat')
  assert.is(exitCode, 2)
  assert.match(String(fields('chosen').msg), /stat .*mod/)
})

test('a name that is none fails the task and is told, with the nearest', async () => {
  const { exitCode, fields } = await run('stta')
  assert.is(exitCode, 2)
  assert.match(String(fields('chosen').msg), /'stta', which is no module; did you mean 'stat'|stta.*stat/)
})

test.run()
