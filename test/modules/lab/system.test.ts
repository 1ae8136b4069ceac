import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Module } from '../../../src/core/module.ts'
import { authorized_key } from '../../../src/modules/authorized_key.ts'
import { cron } from '../../../src/modules/cron.ts'
import { getent } from '../../../src/modules/getent.ts'
import { group } from '../../../src/modules/group.ts'
import { hostname } from '../../../src/modules/hostname.ts'
import { known_hosts } from '../../../src/modules/known_hosts.ts'
import { mount } from '../../../src/modules/mount.ts'
import { package_facts } from '../../../src/modules/package_facts.ts'
import { service_facts } from '../../../src/modules/service_facts.ts'
import { setup } from '../../../src/modules/setup.ts'
import { sysctl } from '../../../src/modules/sysctl.ts'
import { timezone } from '../../../src/modules/timezone.ts'
import { user } from '../../../src/modules/user.ts'
import { wait_for } from '../../../src/modules/wait_for.ts'
import { type ModuleCase, tryCase } from '../../helpers/module-cases.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { ensureLab, labUnavailable } from '../../lab/index.ts'
import { AUTHORIZED_KEY_CASES } from '../cases/authorized-key.ts'
import { CRON_CASES } from '../cases/cron.ts'
import { KNOWN_HOSTS_CASES } from '../cases/known-hosts.ts'
import { converges, type TestHost } from './lab-host.ts'
import { rootShell } from './root-shell.ts'

// What these modules do to a whole system: over SSH, as an ordinary user who becomes root with a password, on Debian
// and where there is only busybox.
const test = suite('modules for the system, on lab hosts')
const reason = labUnavailable()

const CASES: readonly (readonly [string, Module, readonly ModuleCase[]])[] = [
  ['cron', cron as unknown as Module, CRON_CASES],
  ['known_hosts', known_hosts as unknown as Module, KNOWN_HOSTS_CASES],
  ['authorized_key', authorized_key as unknown as Module, AUTHORIZED_KEY_CASES],
]

function onEveryHost(name: string, machine: TestHost): void {
  const { lab, shell, sh } = machine
  for (const [module, definition, cases] of CASES) {
    for (const one of cases)
      test(`${module}: ${one.name} (${name})`, () => tryCase(definition, one, { shell }))
  }

  test(`a name, now and at the next boot (${name})`, async () => {
    const made = await converges(machine, hostname, { name: 'renamed' }, ['/etc'])
    assert.is((made.ansible_facts as Record<string, string>).ansible_hostname, 'renamed')
    assert.is(await sh('uname -n; cat /etc/hostname'), 'renamed\nrenamed\n')
    await converges(machine, hostname, { name: 'for-now', use: 'generic' }, ['/etc'])
    assert.is(await sh('uname -n; cat /etc/hostname'), 'for-now\nrenamed\n')
    await converges(machine, hostname, { name }, ['/etc'])
  })

  test(`a setting of the kernel (${name})`, async () => {
    const args = { name: 'net.ipv4.ip_default_ttl', sysctl_file: '/etc/own.conf' }
    const ttl = () => sh('cat /proc/sys/net/ipv4/ip_default_ttl')
    await converges(machine, sysctl, { ...args, value: 99 }, ['/etc'])
    assert.is(await ttl(), '99\n')
    await sh('echo 64 >/proc/sys/net/ipv4/ip_default_ttl')
    await converges(machine, sysctl, { ...args, value: 99, sysctl_set: true, reload: false }, ['/etc'])
    assert.is(await ttl(), '99\n')
    await converges(machine, sysctl, { ...args, state: 'absent' }, ['/etc'])
    assert.is(await sh('cat /etc/own.conf'), '')
    const unknown = { name: 'net.no.such', value: 1, sysctl_file: '/etc/own.conf' }
    await failureOf(runModule(sysctl, unknown, { shell }))
  })

  test(`a mount, in the file and mounted (${name})`, async () => {
    const args = { path: '/mnt/deep/one', src: 'tmpfs', fstype: 'tmpfs' }
    await sh('echo "# table" >/etc/fstab')
    const mounted = () => sh("grep -c ' /mnt/deep/one ' /proc/mounts || true")
    await converges(machine, mount, { ...args, opts: 'size=1m', state: 'mounted' }, ['/etc', '/mnt'])
    assert.is(await mounted(), '1\n')
    await converges(machine, mount, { ...args, opts: 'size=2m', state: 'mounted' }, ['/etc', '/mnt'])
    assert.match(await sh("grep ' /mnt/deep/one ' /proc/mounts"), 'size=2048k')
    await converges(machine, mount, { path: args.path, state: 'unmounted' }, ['/etc', '/mnt'])
    assert.is(await mounted(), '0\n')
    await converges(machine, mount, { ...args, opts: 'size=2m', state: 'mounted' }, ['/etc'])
    await converges(machine, mount, { path: args.path, state: 'absent' }, ['/etc', '/mnt'])
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
    const watched = ['/etc', '/home']
    if ((await sh('command -v groupadd addgroup || true')) === '') {
      const { message } = await failureOf(runModule(group, { name: 'crew' }, { shell }))
      assert.match(message, /no groupadd \(package shadow\), and no addgroup of busybox/)
      return
    }
    await converges(machine, group, { name: 'crew', gid: 4321 }, watched)
    await converges(machine, group, { name: 'more' }, watched)
    const kim = {
      name: 'kim',
      uid: 4322,
      group: 'crew',
      groups: ['more'],
      comment: 'Kim, R&D',
      shell: '/bin/sh',
    }
    const made = await converges(machine, user, { ...kim, password: '$6$salt$hash' }, watched)
    assert.equal([made.uid, made.group, made.home], [4322, 4321, '/home/kim'])
    assert.match(await sh('id kim'), /^uid=4322\(kim\) gid=4321\(crew\) groups=.*\(more\)/)
    assert.match(
      await sh('grep ^kim: /etc/shadow; stat -c %U:%G /home/kim'),
      /^kim:\$6\$salt\$hash:[\s\S]*kim:crew\n$/,
    )
    await converges(machine, user, { name: 'kim', password: '$6$salt$other' }, watched)
    await converges(machine, user, { name: 'kim', state: 'absent', remove: true }, watched)
    assert.is(await sh('ls /home | grep kim || true'), '')
    for (const one of ['crew', 'more'])
      await converges(machine, group, { name: one, state: 'absent' }, watched)
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

  test(`entries of databases (${name})`, async () => {
    const { fields } = await runModule(getent, { database: 'passwd', key: 'operator' }, { shell })
    const { getent_passwd } = fields.ansible_facts as Record<string, Record<string, readonly string[]>>
    assert.is(getent_passwd?.operator?.[1], '1001')
  })
}

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  for (const name of ['plain-1', 'busybox-1']) {
    await lab.reset(name)
    const { shell, close } = await rootShell(lab, name)
    const sh = async (script: string) => {
      const { code, stdout, stderr } = await lab.sh(name, script)
      if (code !== 0) throw new Error(`${script}: exit code ${code}: ${stderr}`)
      return stdout
    }
    const machine: TestHost = { lab, name, shell, sh }
    onEveryHost(name, machine)
    if (name === 'plain-1') onDebian(machine)
    test.after(close)
  }
}

function onDebian(machine: TestHost): void {
  const { shell, sh } = machine

  test('jobs of users', async () => {
    const args = { name: 'a job', job: 'echo 100%', special_time: 'daily', user: 'k8s' }
    const made = await converges(machine, cron, args, ['/var/spool/cron', '/etc'])
    assert.equal(made.jobs, ['a job'])
    assert.match(await sh('crontab -l -u k8s'), '#Ansible: a job\n@daily echo 100%\n')
    const { fields } = await runModule(cron, { ...args, special_time: 'weekly', backup: true }, { shell })
    assert.match(await sh(`cat ${fields.backup_file}; rm ${fields.backup_file}`), '@daily')
    await converges(machine, cron, { ...args, state: 'absent' }, ['/var/spool/cron'])
    assert.match(
      (await failureOf(runModule(cron, { ...args, user: 'nobody-knows' }, { shell }))).message,
      'nobody-knows',
    )
  })

  test('a time zone', async () => {
    await converges(machine, timezone, { name: 'Europe/Paris' }, ['/etc'])
    assert.is(
      await sh('readlink -f /etc/localtime; date +%Z | grep -c CE'),
      '/usr/share/zoneinfo/Europe/Paris\n1\n',
    )
    await converges(machine, timezone, { name: 'Etc/UTC' }, ['/etc'])
    const nowhere = { name: 'Mars/Base' }
    assert.match((await failureOf(runModule(timezone, nowhere, { shell }))).message, 'is not available')
  })

  test('services and packages are told', async () => {
    const facts = async (module: typeof service_facts) =>
      (await runModule(module, {}, { shell })).fields.ansible_facts as Record<string, Record<string, unknown>>
    const { services } = await facts(service_facts)
    assert.equal(services?.['ssh.service'], {
      name: 'ssh.service',
      state: 'running',
      status: 'enabled',
      source: 'systemd',
    })
    const nginx = services?.['nginx.service'] as Record<string, string>
    assert.is(nginx.status, 'disabled')
    const { packages } = await facts(package_facts as unknown as typeof service_facts)
    const bash = packages?.bash as readonly Record<string, string>[]
    assert.is(bash[0]?.version, await sh("dpkg-query -W -f '${Version}' bash"))
  })
}

test.run()
