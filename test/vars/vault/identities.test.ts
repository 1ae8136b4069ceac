import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { messageOf } from '../../../src/core/errors.ts'
import { Secrets } from '../../../src/core/secrets.ts'
import { type IdentityOptions, listIdentities, readVault } from '../../../src/vars/vault/identities.ts'
import { seal } from '../../../src/vars/vault/vault.ts'

const test = suite('vault passwords')

type Files = Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>

/** Reads passwords in a folder with some files; gives `label=password` for each, and what was warned about. */
async function read(files: Files, given: IdentityOptions, prepare?: (dir: string) => void) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-passwords-'))
  const [warnings, asked]: [string[], string[]] = [[], []]
  try {
    for (const [name, file] of Object.entries(files)) {
      const { text, mode } = typeof file === 'string' ? { text: file, mode: 0o600 } : file
      writeFileSync(join(dir, name), text)
      chmodSync(join(dir, name), mode)
    }
    prepare?.(dir)
    const vault = await readVault(listIdentities(given), {
      cwd: dir,
      secrets: new Secrets(),
      ask: async (prompt) => {
        asked.push(prompt)
        return ' typed '
      },
      warn: (message) => warnings.push(message.replaceAll(`${dir}/`, '')),
    }).catch((error: unknown) => {
      throw new Error(messageOf(error).replaceAll(`${dir}/`, ''))
    })
    return { keys: vault.keys.map(({ id, password }) => `${id}=${password.toString()}`), warnings, asked }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function failure(files: Files, given: IdentityOptions): Promise<string> {
  return read(files, given).then(
    () => assert.unreachable('passwords were read') as never,
    (error: Error) => error.message,
  )
}

const program = (body: string) => ({ text: `#!/bin/sh\n${body}\n`, mode: 0o700 })
const PROGRAMS: Files = {
  plain: ' from file \n',
  script: program('printf "\\n%s|%s\\n\\n" "from script" "$*"'),
  'keys-client': program('echo "$1 $2"'),
  'keys-client.sh': program('[ "$2" = known ] && echo fine || exit 2'),
}

const SOURCES: readonly [string, IdentityOptions, readonly string[]][] = [
  ['a file, without the spaces around it', { passwordFiles: ['plain'] }, ['default=from file']],
  ['a program, without the line breaks around it', { passwordFiles: ['script'] }, ['default=from script|']],
  [
    'labels',
    { vaultIds: ['dev@plain', '@plain', 'plain'] },
    ['dev=from file', 'default=from file', 'default=from file'],
  ],
  ['a client program is told the label', { vaultIds: ['dev@keys-client'] }, ['dev=--vault-id dev']],
  ['without a label there is nothing to tell', { vaultIds: ['keys-client'] }, ['default= ']],
  ['its ending does not matter', { vaultIds: ['known@keys-client.sh'] }, ['known=fine']],
  [
    'ids come first, then files, then the question',
    { ask: true, passwordFiles: ['plain'], vaultIds: ['dev@prompt'] },
    ['dev=typed', 'default=from file', 'default=typed'],
  ],
]
for (const [name, given, expected] of SOURCES) {
  test(name, async () => assert.equal((await read(PROGRAMS, given)).keys, expected))
}

test('questions name the label, and say when the password is a new one', async () => {
  const given = { vaultIds: ['dev@prompt', 'prompt'], ask: true }
  const { asked } = await read({}, given)
  assert.equal(asked, ['Vault password (dev): ', 'Vault password (default): ', 'Vault password: '])
  const fresh = await read({}, { ...given, isNew: true })
  assert.is(fresh.asked[0], 'New vault password (dev): ')
})

const MISTAKES: readonly [string, IdentityOptions, RegExp][] = [
  [
    'no such file',
    { passwordFiles: ['nowhere'] },
    /^nowhere: the vault password file cannot be read: ENOENT/,
  ],
  ['an empty file', { passwordFiles: ['empty'] }, /^empty: holds no vault password: it is empty$/],
  ['a folder', { passwordFiles: ['.'] }, /cannot be read: EISDIR/],
  [
    'a program that fails',
    { passwordFiles: ['fails'] },
    /^fails: the vault password program failed with exit code 3$/,
  ],
  [
    'a program that is none',
    { passwordFiles: ['none'] },
    /^none: .*cannot be run: .*\n {2}If it is a file with the password/,
  ],
  ['a label nobody knows', { vaultIds: ['x@keys-client.sh'] }, /has no password for the vault id 'x'/],
  ['no source', { vaultIds: ['dev@'] }, /--vault-id 'dev@' names no source/],
  ['a semicolon', { vaultIds: ['a;b@plain'] }, /cannot have ';' in it/],
]
for (const [name, given, message] of MISTAKES) {
  test(`an error: ${name}`, async () => {
    const files = {
      ...PROGRAMS,
      empty: '\n',
      fails: program('echo secret; exit 3'),
      none: { text: 'from file\n\0', mode: 0o700 },
    }
    const text = await failure(files, given)
    assert.match(text, message)
    assert.not.match(text, /from file|secret/)
  })
}

test('a source that fails is warned about when another one gives a password', async () => {
  const { keys, warnings } = await read({ plain: 'password' }, { passwordFiles: ['nowhere', 'plain'] })
  assert.equal(keys, ['default=password'])
  assert.match(warnings.join(), /^nowhere: the vault password file cannot be read/)
})

test('a password file may be encrypted with a password before it', async () => {
  const inner = seal(Buffer.from('inner\n'), { id: 'default', password: Buffer.from('outer') })
  const { keys } = await read({ plain: 'outer', inner }, { vaultIds: ['plain', 'second@inner'] })
  assert.equal(keys, ['default=outer', 'second=inner'])
})

test('a password file that every user can read is warned about, and one that git tracks', async () => {
  const open = await read({ plain: { text: 'password', mode: 0o644 } }, { passwordFiles: ['plain'] })
  assert.equal(open.warnings, [
    'the vault password file plain can be read by every user; run: chmod 600 plain',
  ])
  const given = { passwordFiles: ['plain', 'other'] }
  const tracked = await read({ plain: 'password', other: 'password' }, given, (dir) => {
    execFileSync('git', ['init', '--quiet'], { cwd: dir })
    execFileSync('git', ['add', 'plain'], { cwd: dir })
  })
  assert.is(tracked.warnings.length, 1)
  assert.match(tracked.warnings[0] ?? '', /^the vault password file plain is tracked by git/)
})

test.run()
