import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError } from '../../src/core/errors.ts'
import { debconf, readAnswers } from '../../src/modules/debconf.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('modules/debconf')
const answers = readAnswers(
  '* t/area: Europe\n  t/flag: true\n  t/many: b, a\n* t/empty:\n  t/secret: (password omitted)\n',
)

test('what debconf-show prints is read', () =>
  assert.equal(answers, {
    't/area': 'Europe',
    't/flag': 'true',
    't/many': 'b, a',
    't/empty': '',
    't/secret': '(password omitted)',
  }))

for (const [question, vtype, value, password, changed] of [
  ['t/area', 'select', 'Europe', undefined, false],
  ['t/area', 'select', 'Asia', undefined, true],
  ['t/new', 'string', 'x', undefined, true],
  ['t/flag', 'boolean', 'True', undefined, false],
  ['t/flag', 'boolean', 'False', undefined, true],
  ['t/many', 'multiselect', 'a, b', undefined, false],
  ['t/many', 'multiselect', 'a', undefined, true],
  ['t/secret', 'password', 'pw', 'pw', false],
  ['t/secret', 'password', 'pw', undefined, true],
] as const) {
  test(`plan: ${question} ${vtype} ${value}`, () => {
    const plan = planOf(debconf, { name: 't', question, vtype, value }, { answers, password })
    assert.is(plan.changes.length > 0, changed)
    assert.is(plan.steps.length, changed ? 1 : 0)
    if (vtype === 'password') assert.not.match(JSON.stringify([plan.changes, plan.result]), /"pw"/)
  })
}

test('without a question it only tells', () => {
  const plan = planOf(debconf, { name: 't' }, { answers, password: undefined })
  assert.equal([plan.changes, plan.result?.current], [[], answers])
})

test('what is wrong is refused', () => {
  assert.throws(() => checkedArguments(debconf, { name: 't', question: 'q' }), /required together/)
  assert.throws(
    () => checkedArguments(debconf, { name: 't', question: 'q', vtype: 'x', value: 'y' }),
    /vtype/,
  )
  const args = { name: 't', question: 'q', vtype: 'string', value: 'a\nb' }
  assert.throws(
    () => planOf(debconf, args, { answers, password: undefined }),
    (error: unknown) => error instanceof ArgumentError,
  )
})

test.run()
