import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MissingError } from '../../src/core/errors.ts'
import { parseFound, service } from '../../src/modules/service.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('service')

const CASES: readonly (readonly [string, Record<string, unknown>, string, readonly string[]])[] = [
  ['systemd: nothing to do', { state: 'started' }, 'systemd\nLoadState=loaded\nActiveState=active\n', []],
  [
    'systemd: stop',
    { state: 'stopped', enabled: false },
    'systemd\nLoadState=loaded\nActiveState=active\n\n@enablement\nenabled\n',
    ['systemctl disable cron', 'systemctl stop cron'],
  ],
  [
    'systemd: what it alone can do',
    { state: 'restarted', daemon_reload: true, no_block: true },
    'systemd\nLoadState=loaded\nActiveState=active\n',
    ['systemctl daemon-reload', 'systemctl restart --no-block cron'],
  ],
  ['OpenRC: nothing to do', { state: 'started', enabled: true }, 'openrc yes yes yes\n', []],
  [
    'OpenRC: enabled and started',
    { state: 'started', enabled: true, runlevel: 'boot' },
    'openrc yes no no\n',
    ['enable cron', 'rc-service cron start'],
  ],
  ['System V: nothing to do', { state: 'stopped', enabled: false }, 'sysvinit yes no no\n', []],
  [
    'System V: reload starts what does not run',
    { state: 'reloaded' },
    'sysvinit yes no no\n',
    ['/etc/init.d/cron start'],
  ],
  ['System V: restart', { state: 'restarted' }, 'sysvinit yes yes no\n', ['/etc/init.d/cron restart']],
  [
    'System V: a restart with a pause',
    { state: 'restarted', sleep: 2 },
    'sysvinit yes yes no\n',
    ['/etc/init.d/cron stop', 'sleep 2', '/etc/init.d/cron start'],
  ],
]
test('what systemd alone can do is an error where another starts services', () => {
  const args = checkedArguments(service, { name: 'cron', state: 'started', daemon_reload: true })
  const found = parseFound('openrc yes yes yes\n')
  assert.throws(() => planOf(service, args, found), /daemon_reload needs systemd/)
})

for (const [name, args, printed, steps] of CASES) {
  test(name, () => {
    const plan = planOf(service, { name: 'cron', ...args }, parseFound(printed))
    assert.equal(
      plan.steps.map(({ label }) => label),
      steps,
    )
    assert.is(plan.changes.length > 0, steps.length > 0)
  })
}

test('a missing service is an error that check mode takes for a change to come', () => {
  for (const printed of ['openrc no no no\n', 'systemd\nLoadState=not-found\nActiveState=inactive\n']) {
    assert.throws(
      () => planOf(service, { name: 'cron', state: 'started' }, parseFound(printed)),
      (error: unknown) => error instanceof MissingError,
    )
  }
})

test('a target without any service manager is an error', () => {
  assert.throws(() => parseFound('none\n'), /neither systemd, nor OpenRC/)
})

test('a name and one thing to do are required', () => {
  assert.throws(() => checkedArguments(service, { state: 'started' }), /missing required arguments: name/)
  assert.throws(() => checkedArguments(service, { name: 'cron' }), /one of the following is required/)
  assert.throws(() => checkedArguments(service, { name: 'cron', state: 'up' }), /one of: reloaded/)
})

test.run()
