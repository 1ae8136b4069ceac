import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/older names of variables')

test('hosts are reached as the older names of variables say', async () => {
  const host = 'ansible_ssh_host: 127.0.0.1\nansible_ssh_port: 1\nansible_ssh_user: somebody\n'
  const ran = await runPlaybook([{ connection: 'ssh', tasks: [{ name: 'ask', command: 'true' }] }], {
    files: { 'host_vars/one.yml': host },
  })
  assert.equal(ran.lines, ['unreachable one ask'])
  assert.match(String(ran.fields('ask').msg), /127\.0\.0\.1 port 1, user somebody/)
})

test('the host of this round is among the delegated ones, though the loop is made by chance', async () => {
  const tasks = Array.from({ length: 6 }, (_, index) => ({
    name: `round ${index}`,
    assert: { that: 'item in ansible_delegated_vars' },
    delegate_to: '{{ item }}',
    loop: '{{ [groups.all | random] }}',
  }))
  const { exitCode } = await runPlaybook([{ hosts: 'h1', tasks }], {
    hosts: Array.from({ length: 30 }, (_, index) => `h${index}`),
  })
  assert.is(exitCode, 0)
})

test.run()
