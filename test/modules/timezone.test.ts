import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ClockState, parseClock, timezone } from '../../src/modules/timezone.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { PROBE_SHELLS } from '../helpers/programs.ts'

const test = suite('modules/timezone')

const UTC: ClockState = { available: true, systemd: true, zone: 'Etc/UTC', hwclock: 'UTC', named: false }

const CASES: readonly (readonly [string, Record<string, unknown>, Partial<ClockState>, readonly string[]])[] =
  [
    ['the zone that is set needs nothing', { name: 'Etc/UTC' }, {}, []],
    [
      'another zone is set by systemd',
      { name: 'Europe/Berlin' },
      {},
      ['timedatectl set-timezone Europe/Berlin'],
    ],
    [
      'without systemd it is linked',
      { name: 'Europe/Berlin' },
      { systemd: false, named: true },
      ['set the time zone to Europe/Berlin'],
    ],
    ['the hardware clock', { hwclock: 'local' }, {}, ['timedatectl set-local-rtc yes']],
    ['the other way', { rtc: 'UTC' }, { hwclock: 'local', systemd: false }, ['hwclock --systohc --utc']],
    ['what the hardware clock keeps already', { hwclock: 'UTC' }, {}, []],
  ]
for (const [name, args, state, steps] of CASES) {
  test(name, () => {
    const plan = planOf(timezone, args, { ...UTC, ...state })
    assert.equal(
      plan.steps.map(({ label }) => label),
      steps,
    )
    assert.is(plan.changes.length, steps.length)
  })
}

test('the zone before and after is in the result, changed or not', () => {
  const diff = (args: object) => planOf(timezone, { ...args }, UTC).result?.diff
  assert.equal(diff({ name: 'Europe/Paris' }), {
    before: { name: 'Etc/UTC' },
    after: { name: 'Europe/Paris' },
  })
  assert.equal(diff({ hwclock: 'UTC' }), { before: { hwclock: 'UTC' }, after: { hwclock: 'UTC' } })
})

test('a zone that does not exist is told; where there are none at all, a package is to come first', () => {
  assert.throws(
    () => planOf(timezone, { name: 'Mars/Base' }, { ...UTC, available: false }),
    'given timezone "Mars/Base" is not available',
  )
  const lost = () => planOf(timezone, { name: 'Mars/Base' }, { ...UTC, available: undefined })
  assert.throws(lost, (error: Error) => error.name === 'MissingError')
  assert.throws(() => checkedArguments(timezone, {}), /name|hwclock/)
})

test('what the target says is read', () => {
  assert.equal(
    parseClock('available yes\nsystemd yes\nlink /usr/share/zoneinfo/Europe/Paris\nfile yes\nclock LOCAL\n'),
    { available: true, systemd: true, zone: 'Europe/Paris', hwclock: 'local', named: false },
  )
  assert.is(parseClock('available unknown\nfile yes\nname Asia/Tokyo\n').zone, 'Asia/Tokyo')
  assert.is(parseClock('').zone, 'UTC')
  assert.is(parseClock('file yes\n').zone, 'n/a')
})

for (const argv of PROBE_SHELLS) {
  test(`${argv[0]}: the probe only reads, and finds a zone of this machine`, async () => {
    const shell = plainShell({ temp: '/tmp', argv })
    const current = await runModule(timezone, { name: 'Mars/Base' }, { shell, check: true }).catch(
      (error: Error) => error,
    )
    assert.match(current instanceof Error ? current.message : '', 'is not available')
    assert.match(
      (await failureOf(runModule(timezone, { name: '../../etc/passwd ; x' }, { shell }))).message,
      'not',
    )
    await shell.close()
  })
}

test.run()
