import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { package_ } from '../../src/modules/package.ts'
import type { AptState } from '../../src/modules/packages/apt-state.ts'
import { parseApt } from '../../src/modules/packages/parse-apt.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('modules/package')

const PRINTED =
  '@time\n1000\n5000\n2000\n@installed\ndemo\tall\tnot-installed\t\n@policy\ndemo:\n  Installed: (none)\n  Candidate: 1.0\n  Version table:\n     1.0 500\n        500 http://deb.example x/main amd64 Packages\n'

test('parameters of other package managers are known, and refused where apt installs', () => {
  const args = checkedArguments(package_, { name: 'epel', enablerepo: 'epel', disable_gpg_check: true })
  assert.throws(
    () => package_.plan(args, {} as never, { local: undefined, diff: false } as never),
    /^apt has no parameter disable_gpg_check, enablerepo$/,
  )
})

test('a misspelt parameter is an error', () => {
  assert.throws(
    () => checkedArguments(package_, { nmae: 'x' }),
    /has no parameter 'nmae'.*did you mean 'name'/,
  )
})

const BARE: AptState = {
  ...{ now: 0, cacheTime: 0, checkTime: 0, known: new Map(), matching: [] },
  ...{ simulated: [], archives: false },
}
for (const [what, args, simulated, changes] of [
  ['a package that is to come', { name: 'demo' }, ['Inst demo (1.0 local [all])'], 1],
  ['no package to remove', { name: 'demo', state: 'absent' }, [], 0],
] as const) {
  test(`plan: ${what}`, () => {
    const known = parseApt(PRINTED, undefined).known
    const plan = planOf(package_, args, { ...BARE, known, simulated })
    assert.is(plan.changes.length, changes)
    assert.is(plan.steps.length > 0, changes > 0)
  })
}

test.run()
