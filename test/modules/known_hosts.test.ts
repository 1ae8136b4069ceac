import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hashName } from '../../src/core/known-hosts.ts'
import { editHosts, known_hosts } from '../../src/modules/known_hosts.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { KNOWN_HOSTS_CASES } from './cases/known-hosts.ts'
import { foundFile } from './states.ts'

const test = suite('known_hosts')

const SALT = Buffer.from('0123456789abcdefghij')
const A = 'a.example ssh-ed25519 AAAAed1'
const A_RSA = 'a.example ssh-rsa AAAArsa1'
const B = 'b.example,10.0.0.2 ssh-ed25519 AAAAed2'
const HASHED = `${hashName('a.example', SALT)} ssh-ed25519 AAAAed1`
const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('')

type Edit = Partial<Parameters<typeof editHosts>[0]>
const CASES: readonly (readonly [string, Edit, string, string])[] = [
  ['a key that is there', { key: A }, text('# c', A, B), text('# c', A, B)],
  ['a new key', { key: A }, text(B), text(B, A)],
  ['the first key', { key: A }, '', text(A)],
  [
    'another key of its type',
    { key: 'a.example ssh-ed25519 AAAAnew' },
    text(A, B),
    text(B, 'a.example ssh-ed25519 AAAAnew'),
  ],
  ['a key of another type', { key: A_RSA }, text(A), text(A, A_RSA)],
  ['names in capitals', { name: 'A.example', key: A }, text(A), text(A)],
  ['hashed now', { key: A, hash_host: true }, text(A), text(HASHED)],
  ['hashed already', { key: A, hash_host: true }, text(HASHED, B), text(HASHED, B)],
  ['hashed no more', { key: A }, text(HASHED), text(A)],
  ['a file that was not ended', { key: A }, B, text(B, A)],
  ['all keys of a host go', { state: 'absent' }, text(A, B, A_RSA, HASHED), text(B)],
  ['one key goes', { state: 'absent', key: A }, text(A, A_RSA, B), text(A_RSA, B)],
  ['a key that is not there', { state: 'absent', key: A }, text(B, A_RSA), text(B, A_RSA)],
  [
    'an authority stays',
    { state: 'absent' },
    text('@cert-authority *.example ssh-rsa AAAAca', A),
    text('@cert-authority *.example ssh-rsa AAAAca'),
  ],
  [
    'lines for others stay',
    { key: 'a.example ssh-rsa AAAAnew' },
    text(
      '@cert-authority *.example ssh-rsa AAAAca',
      '@revoked * ssh-rsa AAAAno',
      '*.example ssh-rsa AAAAall',
    ),
    text(
      ...[
        '@cert-authority *.example ssh-rsa AAAAca',
        '@revoked * ssh-rsa AAAAno',
        '*.example ssh-rsa AAAAall',
      ],
      'a.example ssh-rsa AAAAnew',
    ),
  ],
  [
    'a line of two names stays when one of them gets another key',
    { key: 'a.example ssh-rsa AAAAnew' },
    text('a.example,b.example ssh-rsa AAAAold', A_RSA),
    text('a.example,b.example ssh-rsa AAAAold', 'a.example ssh-rsa AAAAnew'),
  ],
  [
    'a line of two names is replaced by one of the same names',
    { key: 'a.example,b.example ssh-rsa AAAAnew' },
    text('a.example,b.example ssh-rsa AAAAold'),
    text('a.example,b.example ssh-rsa AAAAnew'),
  ],
  [
    'a revoked key does not replace one that holds',
    { key: '@revoked a.example ssh-rsa AAAAnew' },
    text(A_RSA),
    text(A_RSA, '@revoked a.example ssh-rsa AAAAnew'),
  ],
  [
    'absent with another key leaves lines for others',
    { state: 'absent', key: 'a.example ssh-rsa AAAAnew' },
    text('@revoked * ssh-rsa AAAAno', '*.example ssh-rsa AAAAall', A_RSA),
    text('@revoked * ssh-rsa AAAAno', '*.example ssh-rsa AAAAall'),
  ],
  [
    'a port',
    { name: '[a.example]:2222', key: '[a.example]:2222 ssh-rsa AAAAp' },
    text(A),
    text(A, '[a.example]:2222 ssh-rsa AAAAp'),
  ],
]
for (const [name, args, before, after] of CASES) {
  test(name, () => {
    const full = { name: 'a.example', key: undefined, hash_host: false, state: 'present' as const, ...args }
    assert.is(editHosts(full, before, SALT), after)
    assert.is(editHosts(full, after, SALT), after)
  })
}

test('what makes no sense is refused', () => {
  const edit = (args: Edit) => () =>
    editHosts({ name: 'a.example', key: undefined, hash_host: false, state: 'present', ...args }, '', SALT)
  assert.throws(edit({}), /needs a key/)
  assert.throws(edit({ key: B }), /^Host parameter does not match hashed host field/)
  assert.throws(edit({ key: 'nonsense' }), /no line of known_hosts/)
  assert.throws(edit({ name: 'a.example,b', key: A }), /^Comma separated list of names is not supported\./)
  assert.throws(() => checkedArguments(known_hosts, { name: 'a', state: 'there' }), /must be one of/)
  assert.is(checkedArguments(known_hosts, { host: 'a' }).path, '/root/.ssh/known_hosts')
})

tryCases(test, known_hosts, KNOWN_HOSTS_CASES)

for (const [what, args, before, changes] of [
  ['no file', { key: A }, undefined, ['state', 'content']],
  ['a file without it', { key: A }, text(B), ['content']],
  ['a file with it', { key: A }, text(A, B), []],
  ['it is to go', { state: 'absent' }, text(A, B), ['content']],
  ['it is gone', { state: 'absent' }, text(B), []],
] as const) {
  test(`plan: ${what}`, () => {
    const given = { name: 'a.example', path: '/etc/file', ...args }
    const plan = planOf(known_hosts, given, foundFile(before), { local: { salt: SALT } })
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
    assert.is(
      plan.steps.some(({ kind }) => kind === 'write'),
      changes.length > 0,
    )
  })
}

test.run()
