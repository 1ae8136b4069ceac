import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fail } from '../../src/modules/fail.ts'
import { checkedArguments, failureOf, runModule } from '../helpers/module-harness.ts'

const test = suite('fail')

test('it fails, in check mode too, with its message', async () => {
  assert.is((await failureOf(runModule(fail, {}, {}))).message, 'Failed as requested from task')
  assert.is((await failureOf(runModule(fail, { msg: 'no' }, { check: true }))).message, 'no')
})

test('it takes nothing but a message', () => {
  assert.throws(() => checkedArguments(fail, { msgs: 'x' }), /no parameter 'msgs'; did you mean 'msg'/)
})

test.run()
