import * as assert from 'uvu/assert'
import { service } from '../../../src/modules/service.ts'
import { systemd } from '../../../src/modules/systemd.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { converges, labSuite, type TestHost } from './lab-host.ts'

const { test, host, run } = await labSuite('systemd and service')

const writeUnit = ({ sh }: TestHost, name: string, body: string) =>
  sh(`cat >/etc/systemd/system/${name} <<'EOF'\n${body}\nEOF`)

const UNIT =
  '[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/true\n[Install]\nWantedBy=multi-user.target'

test('a new unit is enabled and started without a reload, then stopped and disabled', async () => {
  const machine = await host()
  await writeUnit(machine, 'sleeper.service', UNIT)
  const made = await converges(machine, systemd, { name: 'sleeper', state: 'started', enabled: true })
  assert.is(made.state, 'started')
  assert.is((made.status as Record<string, string>).LoadState, 'loaded')
  assert.is(
    await machine.sh('systemctl is-active sleeper; systemctl is-enabled sleeper'),
    'active\nenabled\n',
  )
  await converges(machine, service, { name: 'sleeper', state: 'stopped', enabled: false })
  await converges(machine, service, { name: 'sleeper', state: 'started' })
})

test('a changed unit file is read again only when daemon_reload says so, and that is no change', async () => {
  const machine = await host()
  await writeUnit(machine, 'sleeper.service', `${UNIT}\n# changed`)
  const args = { name: 'sleeper', state: 'started', daemon_reload: true }
  assert.is((await runModule(systemd, args, { shell: machine.shell, check: true })).fields.changed, false)
  assert.match(await machine.sh('systemctl show -p NeedDaemonReload sleeper'), 'yes')
  assert.is((await runModule(systemd, args, { shell: machine.shell })).fields.changed, false)
  assert.match(await machine.sh('systemctl show -p NeedDaemonReload sleeper'), 'no')
})

test('a template unit is enabled, disabled, masked and unmasked', async () => {
  const machine = await host()
  const body = '[Service]\nExecStart=/bin/sleep 9\n[Install]\nWantedBy=multi-user.target\nDefaultInstance=d'
  await writeUnit(machine, 'many@.service', body)
  const ask = () => machine.sh('systemctl is-enabled many@.service || true')
  await converges(machine, systemd, { name: 'many@.service', enabled: true, daemon_reload: true })
  assert.is(await ask(), 'enabled\n')
  await converges(machine, service, { name: 'many@', enabled: false })
  assert.is(await ask(), 'disabled\n')
  await converges(machine, systemd, { name: 'serial-getty@.service', masked: true })
  assert.is(await machine.sh('systemctl is-enabled serial-getty@.service || true'), 'masked\n')
  await converges(machine, systemd, { name: 'serial-getty@.service', masked: false })
  const running = runModule(systemd, { name: 'none@.service', enabled: true }, { shell: machine.shell })
  assert.match((await failureOf(running)).message, 'Could not find the requested service none@.service')
})

test('restarted and reloaded always act', async () => {
  const { shell, sh } = await host()
  const pid = () => sh('systemctl show -p MainPID --value sleeper')
  const before = await pid()
  assert.is(
    (await runModule(systemd, { name: 'sleeper', state: 'reloaded' }, { shell })).fields.changed,
    true,
  )
  assert.is(await pid(), before)
  assert.is(
    (await runModule(systemd, { name: 'sleeper', state: 'restarted' }, { shell, check: true })).fields
      .changed,
    true,
  )
  assert.is(await pid(), before)
  assert.is(
    (await runModule(systemd, { name: 'sleeper', state: 'restarted' }, { shell })).fields.changed,
    true,
  )
  assert.is.not(await pid(), before)
})

test('masking and unmasking', async () => {
  const machine = await host()
  await machine.sh(
    'mkdir -p /usr/local/lib/systemd/system; mv /etc/systemd/system/sleeper.service /usr/local/lib/systemd/system; systemctl daemon-reload',
  )
  await converges(machine, systemd, { name: 'sleeper', state: 'stopped', masked: true })
  await converges(machine, systemd, { name: 'sleeper', masked: false, state: 'started' })
})

test('links that were made or removed by hand count, though the manager has not seen them', async () => {
  const machine = await host()
  const [unit, wants] = ['/etc/systemd/system/sleeper.service', '/etc/systemd/system/multi-user.target.wants']
  await converges(machine, systemd, { name: 'sleeper', enabled: true })
  await machine.sh(`rm ${wants}/sleeper.service`)
  await converges(machine, systemd, { name: 'sleeper', enabled: true })
  await machine.sh(`ln -s /dev/null ${unit}`)
  await converges(machine, systemd, { name: 'sleeper', enabled: true, masked: false })
  assert.is(
    await machine.sh(`ls ${unit} 2>&1 || true; systemctl is-enabled sleeper`),
    `ls: cannot access '${unit}': No such file or directory\nenabled\n`,
  )
})

test('a oneshot unit that has ended is started again each time', async () => {
  const machine = await host()
  await writeUnit(
    machine,
    'once.service',
    '[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo x >>/run/once"',
  )
  for (const times of [1, 2]) {
    const { fields } = await runModule(systemd, { name: 'once', state: 'started' }, { shell: machine.shell })
    assert.is(fields.changed, true)
    assert.is((await machine.sh('wc -l </run/once')).trim(), String(times))
  }
})

test('a static unit is neither enabled nor disabled', async () => {
  const { shell } = await host()
  for (const enabled of [true, false]) {
    assert.is((await runModule(systemd, { name: 'once', enabled }, { shell })).fields.changed, false)
  }
})

test('a failing start says what the unit said', async () => {
  const machine = await host()
  await writeUnit(
    machine,
    'broken.service',
    '[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo the disk is on fire; exit 9"',
  )
  const failure = await failureOf(
    runModule(systemd, { name: 'broken', state: 'started' }, { shell: machine.shell }),
  )
  assert.match(failure.message, /systemctl start broken failed with exit code 1/)
  assert.match(failure.message, /status=9/)
  assert.match(failure.message, /the disk is on fire/)
})

test('a unit that does not exist fails, and check mode predicts a change', async () => {
  const { shell } = await host()
  const args = { name: 'no-such-unit', state: 'started', enabled: true }
  for (const module of [systemd, service]) {
    assert.match(
      (await failureOf(runModule(module as typeof service, args, { shell }))).message,
      /requested service no-such-unit/,
    )
    assert.is((await runModule(module as typeof service, args, { shell, check: true })).fields.changed, true)
  }
})

run()
