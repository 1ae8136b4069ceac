import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { package_ } from '../../src/modules/package.ts'
import { checkedArguments } from '../helpers/module-harness.ts'

const test = suite('modules/package')

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

test.run()
