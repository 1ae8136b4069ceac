import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sysctl } from '../../src/modules/sysctl.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { foundFile } from './states.ts'

const test = suite('sysctl')

const state = (text: string | undefined, running?: string) => ({ running, view: foundFile(text) })
const LOAD = 'load /etc/sysctl.conf'
const WRITE = 'write /etc/sysctl.conf'

const CASES: readonly (readonly [string, object, ReturnType<typeof state>, readonly string[]])[] = [
  ['all is well', { value: 1 }, state('a.b=1\n', '1'), []],
  ['no file', { value: 1 }, state(undefined, '1'), [WRITE, LOAD]],
  ['another value', { value: 2 }, state('a.b=1\n', '1'), [WRITE, LOAD]],
  ['without a reload', { value: 2, reload: false }, state('a.b=1\n', '1'), [WRITE]],
  ['the file is right, the kernel is not', { value: 1 }, state('a.b=1\n', '0'), [LOAD]],
  ['and is left so', { value: 1, reload: false }, state('a.b=1\n', '0'), []],
  ['the kernel is set, too', { value: 2, sysctl_set: true }, state('a.b=1\n', '1'), ['set a.b', WRITE, LOAD]],
  ['the kernel alone', { value: 1, sysctl_set: true, reload: false }, state('a.b=1\n', '0'), ['set a.b']],
  ['yes is 1', { value: true }, state('a.b=1\n', '1'), []],
  ['no setting', { state: 'absent' }, state('a.b=1\nc=2\n', '1'), [WRITE, LOAD]],
  ['no such setting', { state: 'absent' }, state('c=2\n', '1'), []],
]
for (const [name, args, found, steps] of CASES) {
  test(name, () => {
    const plan = planOf(sysctl, { name: 'a.b', ...args }, found)
    assert.equal(
      plan.steps.map(({ label }) => label),
      steps,
    )
    assert.is(plan.changes.length > 0, steps.length > 0)
  })
}

test('a value is required, and must say something', () => {
  assert.throws(() => checkedArguments(sysctl, { name: 'a' }), /these are required: value/)
  const blank = checkedArguments(sysctl, { name: 'a', value: '' })
  assert.throws(() => sysctl.probe?.(blank, { target: { userland: 'gnu' } } as never), /value is blank/)
})

test.run()
