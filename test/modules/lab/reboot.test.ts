import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inventoryFor, MACHINE, TARGET } from '../../conformance/host/cases.ts'
import { play } from '../../conformance/play.ts'
import { ensureLab, labUnavailable } from '../../lab/index.ts'

const test = suite('reboot, of a lab host')
const reason = labUnavailable()

const PLAYBOOK = `
- hosts: ${TARGET}
  gather_facts: false
  tasks:
    - { name: before, command: cat /proc/sys/kernel/random/boot_id /etc/machine-id }
    - { name: mark, command: touch /run/marker /root/marker }
    - { name: in check mode, reboot: , check_mode: true }
    - { name: still there, command: ls /run/marker }
    - { name: reboot, reboot: { reboot_timeout: 120, test_command: systemctl is-active ssh } }
    - { name: after, command: cat /proc/sys/kernel/random/boot_id /etc/machine-id, become: true, become_user: k8s }
    - { name: what is gone, stat: { path: /run/marker } }
    - { name: what stayed, stat: { path: /root/marker } }
    - { name: in the background, shell: 'sleep 1; systemctl reboot', async: 60, poll: 0 }
    - { name: wait, wait_for_connection: { delay: 4, timeout: 120, sleep: 1 } }
    - { name: back again, command: cat /proc/sys/kernel/random/boot_id }
    - { name: it fails, reboot: { reboot_command: 'false' }, ignore_errors: true }
`

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  test('it goes down and comes back, and the run goes on', async () => {
    const work = mkdtempSync(join(tmpdir(), 'reboot-'))
    try {
      writeFileSync(join(work, 'hosts.yml'), inventoryFor(lab))
      writeFileSync(join(work, 'play.yml'), PLAYBOOK)
      await lab.reset(MACHINE)
      const { tasks, exit } = await play(join(work, 'play.yml'), [], join(work, 'hosts.yml'))
      const outcome = (name: string) => tasks.find(({ task }) => task === name)?.hosts[TARGET]?.outcomes[0]
      assert.is(exit, 0, JSON.stringify(tasks.at(-1)))
      const ids = ['before', 'after', 'back again'].map((name) =>
        String(outcome(name)?.fields.stdout).split('\n'),
      )
      assert.is(new Set(ids.map(([boot]) => boot)).size, 3, 'each boot is another')
      assert.is(ids[0]?.[1], ids[1]?.[1], 'it is the same machine')
      assert.equal(
        ['in check mode', 'reboot'].map((name) => [outcome(name)?.status, outcome(name)?.fields.rebooted]),
        [
          ['changed', true],
          ['changed', true],
        ],
      )
      assert.equal(
        ['what is gone', 'what stayed'].map((name) =>
          JSON.stringify(outcome(name)?.fields.stat).includes('"exists":true'),
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
}

test.run()
