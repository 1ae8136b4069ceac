import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MissingError } from '../../src/core/errors.ts'
import { parseUnit, probeUnit, type UnitState } from '../../src/modules/services/unit.ts'
import { systemd } from '../../src/modules/systemd.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('systemd')

const unit = (
  ActiveState: string,
  enablement: string,
  more: Readonly<Record<string, string>> = {},
): UnitState => ({
  status: { LoadState: 'loaded', ActiveState, NeedDaemonReload: 'no', ...more },
  enablement,
})
const MISSING: UnitState = { status: { LoadState: 'not-found', ActiveState: 'inactive' }, enablement: '' }
const CHROOT: UnitState = { status: {}, enablement: 'disabled' }

interface Case {
  readonly name: string
  readonly args: Record<string, unknown>
  readonly found: UnitState
  readonly steps: readonly string[]
  /** `what: before -> after`. */
  readonly changes?: readonly string[]
}

const CASES: readonly Case[] = [
  {
    name: 'a running and enabled unit needs nothing, not even a reload of the manager',
    args: { state: 'started', enabled: true, masked: false, daemon_reload: true },
    found: unit('active', 'enabled'),
    steps: [],
  },
  {
    name: 'a running unit whose file is gone is enabled still, where a target wants it',
    args: { state: 'started', enabled: true },
    found: { ...unit('active', ''), linked: true },
    steps: [],
  },
  {
    name: 'enable comes before start',
    args: { state: 'started', enabled: true },
    found: unit('inactive', 'disabled'),
    steps: ['systemctl enable nginx', 'systemctl start nginx'],
    changes: ['enabled: false -> true', 'state: inactive -> started'],
  },
  {
    name: 'enabling a unit with a file reloads the manager, which is not told to do so once more',
    args: { state: 'started', enabled: true, daemon_reload: true },
    found: unit('inactive', 'disabled', { FragmentPath: '/etc/systemd/system/nginx.service' }),
    steps: ['systemctl enable nginx', 'systemctl start nginx'],
    changes: ['enabled: false -> true', 'state: inactive -> started'],
  },
  {
    name: 'for all users, enabling reloads nothing',
    args: { enabled: true, scope: 'global', daemon_reload: true },
    found: unit('inactive', 'disabled', { FragmentPath: '/etc/systemd/user/nginx.service' }),
    steps: ['systemctl --global daemon-reload', 'systemctl --global enable nginx'],
    changes: ['enabled: false -> true'],
  },
  {
    name: 'the manager learns of an old start script by a reload alone',
    args: { enabled: true, daemon_reload: true },
    found: unit('inactive', 'disabled', { FragmentPath: '/run/systemd/generator.late/nginx.service' }),
    steps: ['systemctl daemon-reload', 'systemctl enable nginx'],
    changes: ['enabled: false -> true'],
  },
  {
    name: 'unmask comes before enable',
    args: { enabled: true, masked: false },
    found: unit('inactive', 'masked', { LoadState: 'masked' }),
    steps: ['systemctl unmask nginx', 'systemctl enable nginx'],
    changes: ['masked: true -> false', 'enabled: false -> true'],
  },
  {
    name: 'the manager reads changed files first, which is no change of its own',
    args: { state: 'started', daemon_reload: true, daemon_reexec: true },
    found: unit('active', '', { NeedDaemonReload: 'yes' }),
    steps: ['systemctl daemon-reexec', 'systemctl daemon-reload'],
    changes: [],
  },
  {
    name: 'the manager reads changed files whenever something is done',
    args: { state: 'restarted', daemon_reload: true },
    found: unit('active', ''),
    steps: ['systemctl daemon-reload', 'systemctl restart nginx'],
    changes: ['state: active -> restarted'],
  },
  {
    name: 'a unit that a reload may bring is started after it',
    args: { state: 'started', daemon_reload: true },
    found: MISSING,
    steps: ['systemctl daemon-reload', 'systemctl start nginx'],
    changes: ['state: inactive -> started'],
  },
  ...(['active', 'activating', 'reloading'] as const).map((active) => ({
    name: `a unit that is ${active} runs`,
    args: { state: 'started' },
    found: unit(active, ''),
    steps: [],
  })),
  {
    name: 'a oneshot unit that has ended is started again',
    args: { state: 'started' },
    found: unit('inactive', 'static', { Type: 'oneshot' }),
    steps: ['systemctl start nginx'],
    changes: ['state: inactive -> started'],
  },
  {
    name: 'a failed unit is started, and is stopped already',
    args: { state: 'started' },
    found: unit('failed', ''),
    steps: ['systemctl start nginx'],
    changes: ['state: failed -> started'],
  },
  { name: 'a failed unit needs no stop', args: { state: 'stopped' }, found: unit('failed', ''), steps: [] },
  {
    name: 'a unit on its way down is waited for',
    args: { state: 'stopped' },
    found: unit('deactivating', ''),
    steps: ['systemctl stop nginx'],
    changes: ['state: deactivating -> stopped'],
  },
  {
    name: 'reloading a unit that does not run starts it',
    args: { state: 'reloaded', no_block: true },
    found: unit('inactive', ''),
    steps: ['systemctl start --no-block nginx'],
    changes: ['state: inactive -> reloaded'],
  },
  {
    name: 'reloading one that runs reloads it',
    args: { state: 'reloaded' },
    found: unit('active', ''),
    steps: ['systemctl reload nginx'],
    changes: ['state: active -> reloaded'],
  },
  ...(['static', 'transient'] as const).flatMap((enablement) =>
    [true, false].map((enabled) => ({
      name: `a ${enablement} unit cannot be ${enabled ? 'enabled' : 'disabled'}, so nothing is done`,
      args: { enabled },
      found: unit('active', enablement),
      steps: [],
    })),
  ),
  {
    name: 'an indirect unit is not enabled',
    args: { enabled: true },
    found: unit('inactive', 'indirect'),
    steps: ['systemctl enable nginx'],
    changes: ['enabled: false -> true'],
  },
  {
    name: 'what is in the way is replaced when forced',
    args: { enabled: false, force: true },
    found: unit('inactive', 'enabled'),
    steps: ['systemctl disable --force nginx'],
    changes: ['enabled: true -> false'],
  },
  {
    name: 'a missing unit can be masked',
    args: { masked: true },
    found: MISSING,
    steps: ['systemctl mask nginx'],
    changes: ['masked: false -> true'],
  },
  {
    name: 'in a chroot a unit is enabled and not started',
    args: { state: 'started', enabled: true },
    found: CHROOT,
    steps: ['systemctl enable nginx'],
    changes: ['enabled: false -> true'],
  },
  {
    name: 'a unit of the user’s own manager',
    args: { state: 'started', scope: 'user' },
    found: unit('inactive', ''),
    steps: ['systemctl --user start nginx'],
    changes: ['state: inactive -> started'],
  },
]

for (const { name, args, found, steps, changes = [] } of CASES) {
  test(name, () => {
    const plan = planOf(systemd, { name: 'nginx', ...args }, found)
    assert.equal(
      plan.steps.map(({ label }) => label),
      steps,
    )
    assert.equal(
      plan.changes.map(({ what, before, after }) => `${what}: ${before} -> ${after}`),
      changes,
    )
  })
}

test('a missing unit is an error that check mode takes for a change to come', () => {
  for (const args of [{ state: 'started' }, { state: 'stopped' }, { enabled: true }, { enabled: false }]) {
    assert.throws(
      () => planOf(systemd, { name: 'nginx', ...args }, MISSING),
      (error: unknown) => error instanceof MissingError && /service nginx/.test(error.message),
    )
  }
})

test('the result says what the unit is to be, and how it was found', () => {
  const found = unit('active', 'enabled')
  const plan = planOf(systemd, { name: 'nginx', state: 'restarted', enabled: true }, found)
  assert.equal(plan.result, { name: 'nginx', state: 'started', enabled: true, status: found.status })
})

test('without a unit the manager alone is told, which changes nothing', () => {
  const plan = planOf(systemd, { daemon_reload: true }, undefined)
  assert.equal([plan.changes, plan.steps.map(({ label }) => label)], [[], ['systemctl daemon-reload']])
})

const BAD: readonly (readonly [Record<string, unknown>, RegExp])[] = [
  [{ state: 'started' }, /parameter state needs: name/],
  [{ name: 'nginx', state: 'runing' }, /one of: reloaded, restarted, started, stopped/],
]
for (const [args, message] of BAD) {
  test(`${JSON.stringify(args)} is refused`, () => {
    assert.throws(() => checkedArguments(systemd, args), message)
  })
}
test('a pattern and a global start are refused', () => {
  assert.throws(() => probeUnit({ name: 'nginx*' }), /exactly one unit/)
  const args = { name: 'nginx', state: 'started', scope: 'global' }
  assert.throws(() => planOf(systemd, args, undefined), /scope global cannot be started/)
})

test('the printed state is read, lines that go on included', () => {
  const text =
    'Id=a.service\nExecStart={ path=/bin/x ;\n argv[]=y }\nActiveState=active\nDescription=\n\n@enablement\nenabled\n'
  assert.equal(parseUnit(text), {
    status: {
      Id: 'a.service',
      ExecStart: '{ path=/bin/x ;\n argv[]=y }',
      ActiveState: 'active',
      Description: '',
    },
    enablement: 'enabled',
  })
  assert.is(parseUnit('\n@enablement\n').enablement, '')
  assert.equal(parseUnit('\n@enablement\nnot-found\n@linked\n'), {
    status: {},
    enablement: 'not-found',
    linked: true,
  })
})

test('a unit that is enabled by way of its socket is enabled, and one that only could be is not', () => {
  const socket = '/etc/systemd/system/sockets.target.wants/x.socket'
  const enabled = parseUnit(`\n@enablement\nindirect\n  ${socket}\n`)
  assert.equal(enabled, { status: {}, enablement: 'indirect', linked: true })
  const steps = (found: UnitState) => planOf(systemd, { name: 'x', enabled: true }, found).steps.length
  assert.equal([enabled, parseUnit('\n@enablement\nindirect\n')].map(steps), [0, 1])
  assert.equal(parseUnit(`\n@enablement\nenabled\n  ${socket}\n`).enablement, 'enabled')
})

test.run()
