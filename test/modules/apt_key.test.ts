import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, MissingError } from '../../src/core/errors.ts'
import { apt_key } from '../../src/modules/apt_key.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('modules/apt_key')
const ID = '0123456789ABCDEF'
const FILE = '/etc/apt/trusted.gpg.d/a.gpg'
const key = (id: string, sub = false) => ({ id, file: FILE, sub })

for (const [what, args, view, changes] of [
  ['it is there', { id: ID, data: 'x' }, { keys: [key(ID)] }, []],
  ['its short id is there', { id: '89abcdef', data: 'x' }, { keys: [key(ID)] }, []],
  ['its fingerprint is there', { id: `0x${'F'.repeat(24)}${ID}`, data: 'x' }, { keys: [key(ID)] }, []],
  ['it is not there', { id: ID, data: 'x' }, {}, [['absent', '/etc/apt/trusted.gpg']]],
  ['a keyring is named', { id: ID, url: 'http://h/k', keyring: FILE }, {}, [['absent', FILE]]],
  [
    'the id comes from the key',
    { file: '/k' },
    { given: [key(ID), key('F'.repeat(16), true)], keys: [key(ID)] },
    [],
  ],
  [
    'apt reads trusted.gpg no more',
    { id: ID, data: 'x' },
    { home: '' },
    [['absent', '/etc/apt/trusted.gpg.d/0123456789abcdef.gpg']],
  ],
  ['it is to go', { id: ID, state: 'absent' }, { keys: [key(ID)] }, [[FILE, 'absent']]],
  ['it is gone', { id: ID, state: 'absent' }, {}, []],
] as const) {
  test(`plan: ${what}`, () => {
    const plan = planOf(apt_key, args, { given: [], keys: [], home: '/etc/apt/trusted.gpg', ...view })
    assert.equal(
      plan.changes.map(({ before, after }) => [before, after]),
      changes,
    )
  })
}

test('what holds no key is a failure', () => {
  const plan = planOf(apt_key, { data: 'x' }, { given: [], keys: [], home: '' })
  assert.match(plan.failed ?? '', /holds no public key/)
})

for (const [args, problem] of [
  [{}, /id, url, data, file or keyserver is required/],
  [{ keyserver: 'k' }, /Missing key_id, required with keyserver/],
  [{ id: 'nothex!!', data: 'x' }, /Invalid key_id/],
  [{ id: '123' }, /Invalid key_id/],
  [{ id: ID }, /comes from url, data, file or keyserver/],
] as const) {
  test(`${JSON.stringify(args)} is refused`, () =>
    assert.throws(
      () => apt_key.probe?.(checkedArguments(apt_key, args), undefined as never),
      (error: unknown) => error instanceof ArgumentError && problem.test(error.message),
    ))
}
test('two sources of one key are refused', () =>
  assert.throws(() => checkedArguments(apt_key, { data: 'x', url: 'y' }), /mutually exclusive/))

test('without gpg the error says what would do', async () => {
  const shell = plainShell({ temp: '/nonexistent', path: '/nonexistent', argv: ['/bin/sh'] })
  const failure = await failureOf(runModule(apt_key, { data: 'x' }, { shell }))
  assert.ok(failure instanceof MissingError)
  assert.match(failure.message, /install gnupg/)
})

test.run()
