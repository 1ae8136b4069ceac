import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readKey } from '../../src/modules/keypair/key.ts'
import { openssh_keypair } from '../../src/modules/openssh_keypair.ts'
import { type ModuleCase, tryCase } from '../helpers/module-cases.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { needsProgram, PROBE_SHELLS } from '../helpers/programs.ts'

needsProgram('ssh-keygen')

const test = suite('modules/openssh_keypair')

const make = (words: string) => `ssh-keygen -q -t ed25519 -N '' -C first ${words} -f k`
const key =
  (own: object = {}) =>
  (folder: string) => ({ path: `${folder}/k`, type: 'ed25519', ...own })

const CASES: readonly ModuleCase[] = [
  {
    name: 'a new pair, with mode and comment',
    args: key({ comment: "kim's key", mode: '0400' }),
    after: `ssh-keygen -y -P '' -f k | cut -d' ' -f1,2 | grep -qxF "$(cut -d' ' -f1,2 k.pub)"\nls -l k | grep '^-r--------'\nls -l k.pub | grep '^-rw-r--r--'\ngrep "kim's key" k.pub`,
    changed: true,
    result: () => ({ type: 'ed25519', size: 256, comment: "kim's key" }),
  },
  {
    name: 'the size is that of the type',
    args: key({ type: 'ecdsa', size: 384 }),
    after: "ssh-keygen -l -f k | grep '^384 .*(ECDSA)'",
    changed: true,
  },
  {
    name: 'a pair that is right stays',
    before: make(''),
    args: key(),
    after: 'grep first k.pub',
    changed: false,
  },
  {
    name: 'another type makes a new pair',
    before: make(''),
    args: key({ type: 'ecdsa' }),
    after: "ssh-keygen -l -f k | grep 'ECDSA'",
    changed: true,
  },
  {
    name: 'unless it never may',
    before: make(''),
    args: key({ type: 'ecdsa', regenerate: 'never' }),
    after: "ssh-keygen -l -f k | grep 'ED25519'",
    changed: false,
  },
  {
    name: 'or is to fail',
    before: make(''),
    args: key({ type: 'ecdsa', regenerate: 'fail' }),
    fails: /is a key of another kind: ed25519 256 instead of ecdsa 256/,
  },
  {
    name: 'what is no key is left',
    before: 'echo x >k',
    args: key(),
    fails: /is no key, or has a passphrase/,
  },
  {
    name: 'a key with a passphrase as well',
    before: 'ssh-keygen -q -t ed25519 -N secret -f k',
    args: key(),
    fails: /is no key, or has a passphrase/,
  },
  {
    name: 'unless all is to be made good',
    before: 'echo x >k',
    args: key({ regenerate: 'full_idempotence' }),
    after: 'ssh-keygen -l -f k',
    changed: true,
  },
  {
    name: 'a lost public key is written again',
    before: `${make('')}; cp k.pub old; rm k.pub`,
    args: key(),
    after: `test "$(cut -d' ' -f1,2 k.pub)" = "$(cut -d' ' -f1,2 old)"`,
    changed: true,
  },
  {
    name: 'another comment',
    before: `${make('')}; cut -d' ' -f2 k.pub >old`,
    args: key({ comment: 'second' }),
    after: `grep second k.pub\ntest "$(cut -d' ' -f2 k.pub)" = "$(cat old)"`,
    changed: true,
  },
  {
    name: 'a pair goes',
    before: make(''),
    args: key({ state: 'absent' }),
    after: 'test ! -e k\ntest ! -e k.pub',
    changed: true,
  },
  { name: 'none is none', args: key({ state: 'absent' }), changed: false },
  {
    name: 'force makes one each time',
    before: make(''),
    args: key({ force: true }),
    never_settles: 'it is forced',
    changed: true,
  },
]
for (const argv of PROBE_SHELLS) {
  for (const one of CASES) {
    test(`${argv[0]}: ${one.name}`, () =>
      tryCase(openssh_keypair, one, { shell: plainShell({ temp: '/tmp', argv }) }))
  }
}

test('what ssh-keygen says is read', () => {
  assert.is(readKey(''), undefined)
  assert.equal(readKey('exists\n3072 SHA256:abc no comment (RSA)\nopens\n'), {
    ...{ bits: 3072, fingerprint: 'SHA256:abc', type: 'rsa', comment: '', opens: true },
  })
  assert.equal(readKey('exists\n\nlocked\nssh-rsa AAAA a b\n'), {
    ...{ comment: 'a b', opens: false, publicKey: 'ssh-rsa AAAA a b' },
  })
})

test.run()
