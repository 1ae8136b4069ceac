import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { set_stats } from '../../src/modules/set_stats.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('modules/set_stats')

for (const [what, args, kept] of [
  ['values', { data: { a: 1 } }, { data: { a: 1 }, per_host: false, aggregate: true }],
  [
    'values of a host',
    { data: { a: [1] }, per_host: 'yes', aggregate: 'no' },
    { data: { a: [1] }, per_host: true, aggregate: false },
  ],
  [
    'an unknown word, which is false',
    { data: {}, aggregate: 'x' },
    { data: {}, per_host: false, aggregate: false },
  ],
] as const) {
  test(`plan: ${what}`, () => {
    const { changes, result } = planOf(set_stats, args, undefined)
    assert.equal([changes, result], [[], { ansible_stats: kept }])
  })
}

test('what is wrong is refused', () => {
  assert.throws(() => checkedArguments(set_stats, {}), /required/)
  assert.throws(
    () => planOf(set_stats, { data: { 'a b': 1 } }, undefined),
    /The variable name 'a b' is not valid/,
  )
  assert.throws(
    () => planOf(set_stats, { data: [1] }, undefined),
    /The 'data' option needs to be a dictionary/,
  )
})

test.run()
