import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { authorized_key } from '../../../src/modules/authorized_key.ts'
import { cron } from '../../../src/modules/cron.ts'
import { getent } from '../../../src/modules/getent.ts'
import { group } from '../../../src/modules/group.ts'
import { hostname } from '../../../src/modules/hostname.ts'
import { known_hosts } from '../../../src/modules/known_hosts.ts'
import { mount } from '../../../src/modules/mount.ts'
import { service_facts } from '../../../src/modules/service_facts.ts'
import { setup } from '../../../src/modules/setup.ts'
import { sysctl } from '../../../src/modules/sysctl.ts'
import { user } from '../../../src/modules/user.ts'
import { wait_for } from '../../../src/modules/wait_for.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { AUTHORIZED_KEY_CASES } from '../cases/authorized-key.ts'
import { CRON_CASES } from '../cases/cron.ts'
import { KNOWN_HOSTS_CASES } from '../cases/known-hosts.ts'
import { casesOn, converges, onEveryHost } from './lab-host.ts'

// What these modules do to a whole system: over SSH, as an ordinary user who becomes root with a password, on Debian
// and where there is only busybox.
const test = suite('modules for the system, on lab hosts')

await onEveryHost(test, (machine) => {
  const { lab, name, shell, sh } = machine
  const on = casesOn(test, machine)
  on(cron, CRON_CASES)
  on(known_hosts, KNOWN_HOSTS_CASES)
  on(authorized_key, AUTHORIZED_KEY_CASES)

  test(`a name, now and at the next boot (${name})`, async () => {
    const made = await converges(machine, hostname, { name: 'renamed' })
    assert.is((made.ansible_facts as Record<string, string>).ansible_hostname, 'renamed')
    assert.is(await sh('uname -n; cat /etc/hostname'), 'renamed\nrenamed\n')
    await converges(machine, hostname, { name: 'for-now', use: 'generic' })
    assert.is(await sh('uname -n; cat /etc/hostname'), 'for-now\nrenamed\n')
    await converges(machine, hostname, { name })
  })

  test(`a setting of the kernel (${name})`, async () => {
    const args = { name: 'net.ipv4.ip_default_ttl', sysctl_file: '/etc/own.conf' }
    const ttl = () => sh('cat /proc/sys/net/ipv4/ip_default_ttl')
    await converges(machine, sysctl, { ...args, value: 99 })
    assert.is(await ttl(), '99\n')
    await sh('echo 64 >/proc/sys/net/ipv4/ip_default_ttl')
    await converges(machine, sysctl, { ...args, value: 99, sysctl_set: true, reload: false })
    assert.is(await ttl(), '99\n')
    await converges(machine, sysctl, { ...args, state: 'absent' })
    assert.is(await sh('cat /etc/own.conf'), '')
    const unknown = { name: 'net.no.such', value: 1, sysctl_file: '/etc/own.conf' }
    await failureOf(runModule(sysctl, unknown, { shell }))
  })

  test(`a mount, in the file and mounted (${name})`, async () => {
    const args = { path: '/mnt/deep/one', src: 'tmpfs', fstype: 'tmpfs' }
    await sh('echo "# table" >/etc/fstab')
    const mounted = () => sh("grep -c ' /mnt/deep/one ' /proc/mounts || true")
    await converges(machine, mount, { ...args, opts: 'size=1m', state: 'mounted' })
    assert.is(await mounted(), '1\n')
    await converges(machine, mount, { ...args, opts: 'size=2m', state: 'mounted' })
    assert.match(await sh("grep ' /mnt/deep/one ' /proc/mounts"), 'size=2048k')
    await converges(machine, mount, { path: args.path, state: 'unmounted' })
    assert.is(await mounted(), '0\n')
    await converges(machine, mount, { ...args, opts: 'size=2m', state: 'mounted' })
    await converges(machine, mount, { path: args.path, state: 'absent' })
    assert.is(await sh('cat /etc/fstab; ls -A /mnt/deep'), '# table\n')
  })

  test(`what cannot be mounted leaves nothing behind (${name})`, async () => {
    await sh('echo "# table" >/etc/fstab')
    const args = { path: '/mnt/new/bad', src: '/no/such/device', fstype: 'ext4', state: 'mounted' }
    const { message } = await failureOf(runModule(mount, args, { shell }))
    assert.match(message, /^mount \/mnt\/new\/bad failed/, `it says: ${message}`)
    assert.is(await sh('cat /etc/fstab; ls /mnt'), '# table\ndeep\n')
  })

  test(`groups and a user among them (${name})`, async () => {
    if ((await sh('command -v groupadd addgroup || true')) === '') {
      const { message } = await failureOf(runModule(group, { name: 'crew' }, { shell }))
      assert.match(message, /no groupadd \(package shadow\), and no addgroup of busybox/)
      return
    }
    await converges(machine, group, { name: 'crew', gid: 4321 })
    await converges(machine, group, { name: 'more' })
    const kim = {
      name: 'kim',
      uid: 4322,
      group: 'crew',
      groups: ['more'],
      comment: 'Kim, R&D',
      shell: '/bin/sh',
    }
    const made = await converges(machine, user, { ...kim, password: '$6$salt$hash' })
    assert.equal([made.uid, made.group, made.home], [4322, 4321, '/home/kim'])
    assert.match(await sh('id kim'), /^uid=4322\(kim\) gid=4321\(crew\) groups=.*\(more\)/)
    assert.match(
      await sh('grep ^kim: /etc/shadow; stat -c %U:%G /home/kim'),
      /^kim:\$6\$salt\$hash:[\s\S]*kim:crew\n$/,
    )
    await converges(machine, user, { name: 'kim', password: '$6$salt$other' })
    await converges(machine, user, { name: 'kim', state: 'absent', remove: true })
    assert.is(await sh('ls /home | grep kim || true'), '')
    for (const one of ['crew', 'more']) await converges(machine, group, { name: one, state: 'absent' })
    await failureOf(runModule(user, { name: 'lee', group: 'nobody-knows' }, { shell }))
  })

  test(`what is there already is waited for in vain or at once (${name})`, async () => {
    const wait = async (args: Record<string, unknown>) => (await runModule(wait_for, args, { shell })).fields
    assert.is((await wait({ port: 22 })).changed, false)
    const said = await wait({ port: 22, search_regex: 'SSH-(\\d)' })
    assert.equal(said.match_groups, ['2'])
    await wait({ path: '/etc/passwd', search_regex: '^root:' })
    const { message } = await failureOf(runModule(wait_for, { port: 4, timeout: 1 }, { shell }))
    assert.is(message, 'Timeout when waiting for 127.0.0.1:4')
  })

  test(`facts (${name})`, async () => {
    const { fields } = await runModule(setup, {}, { shell })
    const facts = fields.ansible_facts as Readonly<Record<string, unknown>>
    assert.is(`${facts.ansible_hostname}\n`, await sh('uname -n'))
    assert.is(facts.ansible_user_id, 'root')
    assert.is((facts.ansible_default_ipv4 as { address: string }).address, lab.host(name).address)
  })

  test(`services (${name})`, async () => {
    const { fields } = await runModule(service_facts, {}, { shell })
    const facts = fields.ansible_facts as Record<string, Record<string, { state: string }>> | undefined
    assert.is(fields.changed, false)
    // Nothing on a host with busybox alone knows of services.
    assert.is(
      facts?.services?.['ssh.service']?.state,
      shell.target.userland === 'busybox' ? undefined : 'running',
    )
  })

  test(`entries of databases (${name})`, async () => {
    const { fields } = await runModule(getent, { database: 'passwd', key: 'operator' }, { shell })
    const { getent_passwd } = fields.ansible_facts as Record<string, Record<string, readonly string[]>>
    assert.is(getent_passwd?.operator?.[1], '1001')
  })
})

test.run()
