import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { stringify } from 'yaml'
import { play } from '../../conformance/play.ts'
import { onEveryHost } from './lab-host.ts'

const test = suite('reboot, of lab hosts')

const PLAYBOOK = `
- hosts: all
  gather_facts: false
  become: true
  tasks:
    - { name: before, command: cat /proc/sys/kernel/random/boot_id /etc/hostname }
    - { name: mark, command: touch /run/marker /root/marker }
    - { name: in check mode, reboot: , check_mode: true }
    - { name: still there, command: ls /run/marker }
    - { name: reboot, reboot: { reboot_timeout: 120, test_command: TEST } }
    - { name: after, command: cat /proc/sys/kernel/random/boot_id /etc/hostname, become_user: k8s }
    - { name: what is gone, stat: { path: /run/marker } }
    - { name: what stayed, stat: { path: /root/marker } }
    - { name: in the background, shell: 'sleep 1; DOWN', async: 60, poll: 0 }
    - { name: wait, wait_for_connection: { delay: 4, timeout: 120, sleep: 1 } }
    - { name: back again, command: cat /proc/sys/kernel/random/boot_id }
    - { name: it fails, reboot: { reboot_command: 'false' }, ignore_errors: true }
`

await onEveryHost(test, ({ lab, name, shell }) => {
  test(`it goes down and comes back, and the run goes on (${name})`, async () => {
    const work = mkdtempSync(join(tmpdir(), 'reboot-'))
    try {
      const { address, hostKey } = lab.host(name)
      const variables = {
        ansible_host: address,
        ansible_user: 'operator',
        ansible_become_password: lab.operatorPassword,
        ansible_ssh_private_key_file: lab.paths.key,
        ansible_ssh_host_key_ed25519_public: hostKey,
      }
      const gnu = shell.target.userland === 'gnu'
      const ready = gnu ? 'systemctl is-active ssh' : 'netstat -ltn | grep -q :22'
      const down = gnu ? 'systemctl reboot' : 'reboot -f'
      writeFileSync(join(work, 'hosts.yml'), stringify({ all: { hosts: { [name]: variables } } }))
      writeFileSync(join(work, 'play.yml'), PLAYBOOK.replace('TEST', ready).replace('DOWN', down))
      const { tasks, exit } = await play(join(work, 'play.yml'), [], join(work, 'hosts.yml'))
      const outcome = (task: string) => tasks.find((one) => one.task === task)?.hosts[name]?.outcomes[0]
      assert.is(exit, 0, JSON.stringify(tasks.at(-1)))
      const ids = ['before', 'after', 'back again'].map((task) =>
        String(outcome(task)?.fields.stdout).split('\n'),
      )
      assert.is(new Set(ids.map(([boot]) => boot)).size, 3, 'each boot is another')
      assert.is(ids[0]?.[1], ids[1]?.[1], 'it is the same machine')
      assert.equal(
        ['in check mode', 'reboot'].map((task) => [outcome(task)?.status, outcome(task)?.fields.rebooted]),
        [
          ['changed', true],
          ['changed', true],
        ],
      )
      assert.equal(
        ['what is gone', 'what stayed'].map((task) =>
          JSON.stringify(outcome(task)?.fields.stat).includes('"exists":true'),
        ),
        [false, true],
      )
      assert.is(outcome('wait')?.status, 'ok')
      assert.is(outcome('it fails')?.fields.rebooted, false)
      assert.match(String(outcome('it fails')?.fields.msg), 'Reboot command failed')
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  })
})

test.run()
