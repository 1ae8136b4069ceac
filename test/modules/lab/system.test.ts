import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Module } from '../../../src/core/module.ts'
import { authorized_key } from '../../../src/modules/authorized_key.ts'
import { cron } from '../../../src/modules/cron.ts'
import { getent } from '../../../src/modules/getent.ts'
import { hostname } from '../../../src/modules/hostname.ts'
import { known_hosts } from '../../../src/modules/known_hosts.ts'
import { mount } from '../../../src/modules/mount.ts'
import { package_facts } from '../../../src/modules/package_facts.ts'
import { service_facts } from '../../../src/modules/service_facts.ts'
import { sysctl } from '../../../src/modules/sysctl.ts'
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
  const { shell, sh } = machine
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
