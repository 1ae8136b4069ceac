import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Module } from '../../src/core/module.ts'
import { refuseLineBreaks } from '../../src/core/one-line.ts'
import { cron } from '../../src/modules/cron.ts'
import { hostname } from '../../src/modules/hostname.ts'
import { withEntry } from '../../src/modules/mount/fstab.ts'
import { sysctl } from '../../src/modules/sysctl.ts'
import { checkedArguments, TARGET } from '../helpers/module-harness.ts'

const test = suite('core/one-line')

test('a line break is refused, in a text and in a list of them', () => {
  refuseLineBreaks('m', { a: 'one line', b: undefined, c: ['x', 'y'] })
  assert.throws(() => refuseLineBreaks('m', { a: 'x\ny' }), /m: a must be one line, not "x\\ny"/)
  assert.throws(() => refuseLineBreaks('m', { a: ['x', 'y\r'] }), /a must be one line/)
})

const JOB = { job: 'x', user: 'root' }
const REFUSED: readonly (readonly [Module, Record<string, unknown>, string])[] = [
  [cron as unknown as Module, { ...JOB, name: 'a\n* * * * * evil' }, 'name'],
  [cron as unknown as Module, { name: 'a\nb', state: 'absent' }, 'name'],
  [cron as unknown as Module, { ...JOB, name: 'a', minute: '*\n* * * * * evil #' }, 'minute'],
  [cron as unknown as Module, { name: 'a', job: 'root\nevil', user: 'x\ny', cron_file: 'f' }, 'user'],
  [cron as unknown as Module, { name: 'A', value: '1"\n* * * * * evil', env: true }, 'job'],
  [sysctl as unknown as Module, { name: 'a', value: '1\nb = 2' }, 'value'],
  [hostname as unknown as Module, { name: 'a\nb' }, 'name'],
]
for (const [module, args, parameter] of REFUSED) {
  test(`${module.name} refuses a line break in ${parameter}: ${JSON.stringify(args)}`, () => {
    const checked = checkedArguments(module, args)
    const context = { target: TARGET, local: undefined, diff: false }
    assert.throws(() => module.probe?.(checked, context), new RegExp(`${parameter} must be one line`))
  })
}

test('fstab has a code for a line break', () => {
  const entry = { src: 'a\nb', path: '/m', fstype: 'none', opts: 'x', dump: '0', passno: '0' }
  assert.is(withEntry('', entry), 'a\\012b /m none x 0 0\n')
})

test.run()
