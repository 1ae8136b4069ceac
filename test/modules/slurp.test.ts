import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { slurp } from '../../src/modules/slurp.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { SLURP_CASES } from './cases/slurp.ts'

const test = suite('modules/slurp')

test('what is read comes as base64, and nothing changes', () => {
  const plan = planOf(slurp, { src: '/f' }, { kind: 'file', content: Buffer.from('né') })
  assert.equal(plan, {
    changes: [],
    steps: [],
    result: { content: 'bsOp', encoding: 'base64', source: '/f' },
  })
})

test('what cannot be read is an error that says why', () => {
  const run = (kind: string) => () => planOf(slurp, { src: '/f' }, { kind, content: Buffer.alloc(0) })
  assert.throws(run('unreadable'), /file is not readable: \/f/)
  assert.throws(run('other'), /unable to slurp file: \/f/)
  assert.throws(run('absent'), /file not found: \/f/)
})

test('a file must be named', () => {
  assert.throws(() => checkedArguments(slurp, {}), /src/)
})

tryCases(test, slurp, SLURP_CASES)

test.run()
