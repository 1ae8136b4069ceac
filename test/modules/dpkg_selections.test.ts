import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MissingError } from '../../src/core/errors.ts'
import { dpkg_selections } from '../../src/modules/dpkg_selections.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('modules/dpkg_selections')

for (const [found, selection, changed] of [
  ['install', 'hold', true],
  ['hold', 'hold', false],
  ['hold', 'purge', true],
] as const) {
  test(`plan: ${found} to ${selection}`, () => {
    const plan = planOf(dpkg_selections, { name: 'bash', selection }, { selection: found })
    assert.is(plan.changes.length > 0, changed)
    assert.equal(plan.result, { before: found, after: selection })
  })
}

test('a package that is not there is missing, and a selection that is none is refused', () => {
  assert.throws(
    () => planOf(dpkg_selections, { name: 'nope', selection: 'hold' }, { selection: undefined }),
    (error: unknown) => error instanceof MissingError,
  )
  assert.throws(() => checkedArguments(dpkg_selections, { name: 'x', selection: 'keep' }), /selection/)
})

test.run()
