import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tempfile } from '../../src/modules/tempfile.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { TEMPFILE_CASES } from './cases/tempfile.ts'

const test = suite('modules/tempfile')

test('the plan foretells where it will be, as far as that can be told', () => {
  const plan = planOf(tempfile, { suffix: '.x' }, '/tmp')
  assert.equal(plan.changes, [{ what: 'state', before: 'absent', after: 'file' }])
  assert.equal(plan.result, { path: '/tmp/ansible.XXXXXXXX.x', state: 'file' })
  assert.is(planOf(tempfile, { prefix: 'p' }, '/').result?.path, '/pXXXXXXXX')
})

test('it is a file or a folder', () => {
  assert.throws(() => checkedArguments(tempfile, { state: 'link' }), /file, directory/)
})

tryCases(test, tempfile, TEMPFILE_CASES)

test.run()
