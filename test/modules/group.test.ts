import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { group, parseGroup } from '../../src/modules/group.ts'
import { checkedArguments, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { PROBE_SHELLS } from '../helpers/programs.ts'

const test = suite('group')

type Found = { readonly gid: number } | undefined

const CASES: readonly (readonly [string, Record<string, unknown>, Found, readonly string[]])[] = [
  ['a group that is there needs nothing', {}, { gid: 7 }, []],
  ['with the number that is wanted, too', { gid: 7 }, { gid: 7 }, []],
  ['an absent group stays absent', { state: 'absent' }, undefined, []],
  ['a new group', {}, undefined, ['groupadd -- acme']],
  ['a new system group', { system: true, gid: 7 }, undefined, ['groupadd -r -g 7 -- acme']],
  [
    'a number from a range',
    { gid_min: 5, gid_max: 9 },
    undefined,
    ['groupadd -K GID_MIN=5 -K GID_MAX=9 -- acme'],
  ],
  ['another number', { gid: 8, non_unique: true }, { gid: 7 }, ['groupmod -g 8 -o -- acme']],
  ['a group goes', { state: 'absent', force: true }, { gid: 7 }, ['groupdel -f -- acme']],
]
for (const [name, args, found, steps] of CASES) {
  test(name, () => {
    const plan = planOf(group, { name: 'acme', ...args }, found)
    assert.equal(
      plan.steps.map(({ label }) => label).filter((label) => label !== 'look at acme'),
      steps,
    )
    assert.is(plan.changes.length, steps.length)
  })
}

test('a name is required, and a gid is a number', () => {
  assert.throws(() => checkedArguments(group, { gid: 7 }), /missing required arguments: name/)
  assert.throws(() => checkedArguments(group, { name: 'a', gid: 'x' }), /must be a number/)
  assert.throws(() => checkedArguments(group, { name: 'a', non_unique: true }), /gid/)
})

test('a line of group(5) is read', () => {
  assert.equal(parseGroup('acme:x:999:a,b\n'), { gid: 999 })
  assert.is(parseGroup(''), undefined)
})

for (const argv of PROBE_SHELLS) {
  test(`${argv[0]}: groups of this machine are found`, async () => {
    const shell = plainShell({ temp: '/tmp', argv })
    for (const local of [true, false]) {
      const { fields } = await runModule(group, { name: 'root', local }, { shell, check: true })
      assert.equal(fields, { name: 'root', state: 'present', system: false, gid: 0, changed: false })
      const missing = await runModule(group, { name: 'no.such-group', local }, { shell, check: true })
      assert.is(missing.fields.changed, true)
    }
  })
}

test.run()
