import * as assert from 'uvu/assert'
import { cron } from '../../../src/modules/cron.ts'
import { package_facts } from '../../../src/modules/package_facts.ts'
import { service_facts } from '../../../src/modules/service_facts.ts'
import { setup } from '../../../src/modules/setup.ts'
import { timezone } from '../../../src/modules/timezone.ts'
import { wait_for } from '../../../src/modules/wait_for.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { converges, labSuite } from './lab-host.ts'

const { test, host, run } = await labSuite('jobs, time, waits and facts')

test('jobs of users', async () => {
  const machine = await host()
  const { shell, sh } = machine
  const args = { name: 'a job', job: 'echo 100%', special_time: 'daily', user: 'k8s' }
  const made = await converges(machine, cron, args)
  assert.equal(made.jobs, ['a job'])
  assert.match(await sh('crontab -l -u k8s'), '#Ansible: a job\n@daily echo 100%\n')
  const { fields } = await runModule(cron, { ...args, special_time: 'weekly', backup: true }, { shell })
  assert.match(await sh(`cat ${fields.backup_file}; rm ${fields.backup_file}`), '@daily')
  await converges(machine, cron, { ...args, state: 'absent' })
  assert.match(
    (await failureOf(runModule(cron, { ...args, user: 'nobody-knows' }, { shell }))).message,
    'nobody-knows',
  )
})

test('a time zone', async () => {
  const machine = await host()
  const { shell, sh } = machine
  await converges(machine, timezone, { name: 'Europe/Paris' })
  assert.is(
    await sh('readlink -f /etc/localtime; date +%Z | grep -c CE'),
    '/usr/share/zoneinfo/Europe/Paris\n1\n',
  )
  await converges(machine, timezone, { name: 'Etc/UTC' })
  const nowhere = { name: 'Mars/Base' }
  assert.match((await failureOf(runModule(timezone, nowhere, { shell }))).message, 'is not available')
})

test('services and packages are told', async () => {
  const { shell, sh } = await host()
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

test('sshd listens and says who it is', async () => {
  const { shell, lab, name } = await host()
  const { fields } = await runModule(
    wait_for,
    { port: 22, search_regex: '^SSH-2.0-([A-Za-z]+)', connect_timeout: 1 },
    { shell },
  )
  assert.equal(fields.match_groups, ['OpenSSH'])
  const outside = await runModule(wait_for, { host: lab.host(name).address, port: 22 }, { shell })
  assert.is(outside.fields.changed, false)
})

test('a service that starts later is waited for, and one that stops', async () => {
  const { shell, sh } = await host()
  await sh(`cat >/etc/systemd/system/late.socket <<'EOF'
[Socket]
ListenStream=127.0.0.1:7001
EOF
printf '[Service]\\nExecStart=/bin/cat\\n' >/etc/systemd/system/late.service`)
  await sh('systemd-run --quiet --on-active=1 --timer-property=AccuracySec=100ms systemctl start late.socket')
  assert.is((await runModule(wait_for, { port: 7001, timeout: 30 }, { shell })).fields.state, 'started')
  const failure = await failureOf(
    runModule(wait_for, { port: 7001, state: 'stopped', timeout: 1 }, { shell }),
  )
  assert.match(failure.message, 'Timeout when waiting for 127.0.0.1:7001 to stop.')
  await sh('systemctl stop late.socket late.service')
  assert.is(
    (await runModule(wait_for, { port: 7001, state: 'stopped', timeout: 30 }, { shell })).fields.state,
    'stopped',
  )
})

test('facts are those of the machine, and not of the one it runs on', async () => {
  const { shell, sh, lab, name } = await host()
  const facts = (await runModule(setup, {}, { shell })).fields.ansible_facts as Record<string, unknown>
  assert.is(facts.ansible_nodename, (await sh('uname -n')).trim())
  assert.is(facts.ansible_distribution, 'Debian')
  assert.is(
    facts.ansible_distribution_release,
    (await sh('. /etc/os-release; echo $VERSION_CODENAME')).trim(),
  )
  assert.is(facts.ansible_machine_id, (await sh('cat /etc/machine-id')).trim())
  assert.is(facts.ansible_service_mgr, 'systemd')
  assert.is(facts.ansible_pkg_mgr, 'apt')
  assert.is(facts.ansible_virtualization_type, 'container')
  assert.ok((facts.ansible_all_ipv4_addresses as string[]).includes(lab.host(name).address))
  assert.is(facts.ansible_ssh_host_key_ed25519_public, lab.host(name).hostKey.split(' ')[1])
  assert.is(facts.ansible_user_id, 'root')
})

run()
