import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Secrets } from '../../../src/core/secrets.ts'
import { parseYaml, type VaultValue } from '../../../src/core/yaml/parse.ts'
import { isVault, readEnvelope } from '../../../src/vars/vault/envelope.ts'
import { VaultError } from '../../../src/vars/vault/errors.ts'
import { createVault, seal } from '../../../src/vars/vault/vault.ts'

const test = suite('vault')
// Made by ansible-vault 2.14 with this password.
const PASSWORD = 'correct horse'
const FIXTURES: readonly { readonly file: string; readonly id: string; readonly plain: Buffer }[] = [
  {
    file: 'variables.yml',
    id: 'default',
    plain: Buffer.from('database_password: "Zürich-42"\nport: 5432\n'),
  },
  { file: 'labelled.txt', id: 'dev', plain: Buffer.from('labelled text\n') },
  { file: 'empty.txt', id: 'default', plain: Buffer.alloc(0) },
  { file: 'bytes.bin', id: 'default', plain: Buffer.from('\x00\x01\xff\xfebinary sixteen!!', 'latin1') },
]

const key = (id = 'default', password = PASSWORD) => ({ id, password: Buffer.from(password) })
const fixture = (file: string) => readFileSync(new URL(`./fixtures/${file}`, import.meta.url))

function thrown(action: () => unknown): VaultError {
  try {
    action()
  } catch (error) {
    assert.instance(error, VaultError)
    return error as VaultError
  }
  return assert.unreachable('nothing was thrown') as never
}

for (const { file, id, plain } of FIXTURES) {
  test(`${file} of ansible-vault is decrypted, and made again byte for byte with its salt`, () => {
    const text = fixture(file).toString()
    const opened = createVault({ keys: [key()] }).open(text)
    assert.equal(opened.plain, plain)
    assert.is(opened.id, id)
    assert.is(seal(plain, key(id), readEnvelope(text).sealed.salt), text)
  })
}

test('a !vault value is decrypted and stays as it is, template marks too', () => {
  const { token } = parseYaml(fixture('value.yml').toString(), 'value.yml').data as { token: VaultValue }
  const vault = createVault({ keys: [key('prod')] })
  assert.is(vault.value(token.__ansible_vault), 's3cret {{ not_a_template }}')
})

test('the key with the label of the text is tried first, then the others', () => {
  const text = seal(Buffer.from('text'), key('prod', 'right'))
  const given = [key('dev', 'wrong'), key('prod', 'right'), key('other', 'right')]
  assert.is(createVault({ keys: given }).open(text).key.id, 'prod')
  const renamed = [key('dev', 'wrong'), key('other', 'right')]
  assert.is(createVault({ keys: renamed }).open(text).key.id, 'other')
  const error = thrown(() => createVault({ keys: renamed, matchIds: true }).open(text))
  assert.match(error.message, "it has the vault id 'prod', and there are passwords only for dev, other")
})

test('two passwords may have the same label', () => {
  const text = seal(Buffer.from('text'), key('prod', 'new'))
  const vault = createVault({ keys: [key('prod', 'old'), key('prod', 'new')] })
  assert.is(vault.open(text).plain.toString(), 'text')
})

test('a text is read with the line breaks and indents that editors leave', () => {
  const text = seal(Buffer.from('text'), key('prod'))
  const vault = createVault({ keys: [key('prod')] })
  for (const changed of [
    text.replaceAll('\n', '\r\n'),
    text.replaceAll('\n', '\n  '),
    text.trimEnd(),
    `\n${text}\n`,
    text.toUpperCase().replace('$ANSIBLE_VAULT;1.2;AES256;PROD', '$ANSIBLE_VAULT;1.2;AES256;prod'),
  ]) {
    assert.is(vault.open(changed).plain.toString(), 'text')
  }
})

test('the same text never looks the same', () => {
  assert.is.not(seal(Buffer.from('text'), key()), seal(Buffer.from('text'), key()))
})

test('no password, a wrong one and damage are told apart, with the place and without the text', () => {
  const text = seal(Buffer.from('plaintext'), key())
  const lines = text.split('\n')
  const at = { file: 'group_vars/all.yml', line: 3 }
  const vault = createVault({ keys: [key()] })
  const wrong = createVault({ keys: [key('default', 'wrong'), key('dev', 'wrong too')] })
  const swapped = [
    lines[0],
    lines[1]?.replace(/..$/, (pair) => (pair === '30' ? '31' : '30')),
    ...lines.slice(2),
  ]
  const cases: readonly [() => unknown, RegExp][] = [
    [
      () => createVault({}).value(text, at),
      /^a !vault value cannot be decrypted: no vault password was given$/,
    ],
    [
      () => wrong.open(text, at),
      /^cannot be decrypted: no vault password fits \(vault ids given: default, dev\)$/,
    ],
    [() => vault.open(swapped.join('\n'), at), /no vault password fits/],
    [() => vault.open(text.replace('AES256', 'AES'), at), /it is encrypted with 'AES'; only AES256 is known/],
    [() => vault.open(text.replace('1.1', '1.0'), at), /it has format version '1.0'/],
    [() => vault.open(`${lines[0]}\nxyz`, at), /its text is damaged: it is not hexadecimal throughout/],
    [() => vault.open(`${lines[0]}\n6162`, at), /its text is damaged/],
    [() => vault.open(lines[0] ?? '', at), /its text is damaged/],
    [() => vault.open('no vault', at), /does not begin with \$ANSIBLE_VAULT/],
  ]
  for (const [action, message] of cases) {
    const error = thrown(action)
    assert.match(error.message, message)
    assert.is(error.describe().startsWith('group_vars/all.yml:3: '), true, error.describe())
    assert.not.match(error.describe(), 'plaintext')
  }
})

test('only text that begins with the header is a vault', () => {
  assert.is(isVault(seal(Buffer.alloc(0), key())), true)
  assert.is(isVault(Buffer.from(seal(Buffer.alloc(0), key()))), true)
  for (const other of ['', 'x', '$ANSIBLE_VAULT', ' $ANSIBLE_VAULT;1.1;AES256'])
    assert.is(isVault(other), false)
  assert.is(isVault(Buffer.from([0, 255])), false)
})

test('what is decrypted is masked from then on: passwords, values, variables, lines', () => {
  const secrets = new Secrets()
  const vault = createVault({ keys: [key()], secrets })
  assert.is(secrets.maskText(`password ${PASSWORD}`), 'password ********')
  vault.value(seal(Buffer.from('first line\nsecond line\n'), key()))
  assert.equal(secrets.mask(['a first line', 'second line', 'third line']), [
    'a ********',
    '********',
    'third line',
  ])
  vault.file(fixture('variables.yml'), 'group_vars/all.yml')
  assert.is(secrets.maskText('Zürich-42 at 5432'), '******** at ********')
  vault.file(Buffer.from(seal(Buffer.from('[main]\ntoken = abcdef\n'), key())), 'app.ini')
  assert.is(secrets.maskText('it has token = abcdef in [main]'), 'it has ******** in [main]')
  vault.text(seal(Buffer.from('- nested: {name: inner-secret}\n'), key()), 'x.yml')
  assert.is(secrets.maskText('inner-secret'), '********')
})

test('a file that is not encrypted comes back as it is', () => {
  const content = Buffer.from([0, 1, 255])
  assert.is(createVault({}).file(content, 'x'), content)
})

if (hasAnsible())
  test('ansible-vault decrypts what we encrypt', () => {
    const dir = mkdtempSync(join(tmpdir(), 'playscript-vault-'))
    try {
      writeFileSync(join(dir, 'password'), PASSWORD, { mode: 0o600 })
      for (const { plain, id } of FIXTURES) {
        writeFileSync(join(dir, 'sealed'), seal(plain, key(id)))
        const argv = ['decrypt', '--vault-id', `${id}@password`, '--output', 'plain', 'sealed']
        execFileSync('ansible-vault', argv, { cwd: dir, stdio: 'ignore' })
        assert.equal(readFileSync(join(dir, 'plain')), plain)
      }
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })

function hasAnsible(): boolean {
  try {
    execFileSync('ansible-vault', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.run()
