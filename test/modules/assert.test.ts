import { suite } from 'uvu'
import * as check from 'uvu/assert'
import { assert } from '../../src/modules/assert.ts'
import { checkedArguments, failureOf, fakeController, runModule } from '../helpers/module-harness.ts'

const test = suite('assert')
const controller = fakeController({ condition: (expression) => expression === 'yes' || expression === true })
const run = (args: Record<string, unknown>) => runModule(assert, args, { controller })

test('conditions that hold change nothing', async () => {
  check.equal((await run({ that: ['yes', true] })).fields, { changed: false, msg: 'All assertions passed' })
  check.equal((await run({ that: 'yes', success_msg: 'fine', quiet: true })).fields, {
    changed: false,
    msg: 'fine',
    // Nothing is said of it unless somebody asks for more.
    _ansible_verbose_always: false,
  })
})

test('the first condition that does not hold is named', async () => {
  const { message, result } = await failureOf(run({ that: ['yes', 'no', 'never'] }))
  check.is(message, 'Assertion failed')
  check.equal(result, { evaluated_to: false, assertion: 'no' })
})

test('a message of one’s own is used, under both names, and may be a list', async () => {
  check.is((await failureOf(run({ that: 'no', msg: 'too small' }))).message, 'too small')
  check.is((await failureOf(run({ that: 'no', fail_msg: ['a', 'b'] }))).message, 'a\nb')
})

test('conditions are required', () => {
  check.throws(() => checkedArguments(assert, { msg: 'x' }), /missing required arguments: that/)
})

test.run()
