import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { main } from '../../src/cli/main.ts'
import { report } from '../../src/cli/process.ts'
import { parseYaml, type VaultValue } from '../../src/core/yaml/parse.ts'
import { createVault, seal } from '../../src/vars/vault/vault.ts'

const test = suite('playscript vault')
const tsx = resolve('node_modules/.bin/tsx')
const bin = resolve('src/bin.ts')

const key = (id: string, password: string) => ({ id, password: Buffer.from(password) })
const KEYS = [key('default', 'first password'), key('dev', 'second password')]
const vault = createVault({ keys: KEYS })
const sealed = (text: string, id = 'default') =>
  seal(Buffer.from(text), KEYS.find((one) => one.id === id) ?? key('', ''))
const opened = (text: string) => vault.open(text).plain.toString()

/** A folder with two password files, `first` and `second`, and some more. */
async function inFolder(files: Readonly<Record<string, string>>, use: (dir: string) => Promise<void>) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-vault-cli-'))
  try {
    for (const [path, text] of Object.entries({
      first: 'first password\n',
      second: 'second password\n',
      ...files,
    })) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text, { mode: 0o600 })
    }
    await use(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Runs the command in this process. */
async function run(dir: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [out, err]: [string[], string[]] = [[], []]
  const io = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    cwd: dir,
    env: { PATH: process.env.PATH, TMPDIR: join(dir, 'tmp'), ...env },
    terminal: false,
    width: 80,
    signal: new AbortController().signal,
  }
  mkdirSync(join(dir, 'tmp'), { recursive: true })
  const code = await main(['vault', ...argv], io).catch((error: unknown) => report(error, io))
  return { code, out: out.join(''), err: err.join('') }
}

/** Runs the command as a program, with standard input. */
async function pipe(dir: string, argv: readonly string[], input: string) {
  const env = { PATH: process.env.PATH, HOME: dir }
  const { exitCode, stdout, stderr } = await execa(tsx, [bin, 'vault', ...argv], {
    cwd: dir,
    input,
    env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  })
  return { code: exitCode, out: stdout, err: stderr }
}

test('encrypt and decrypt change files in their place and keep mode and links', async () => {
  await inFolder({ plain: 'text\n', other: 'other\n' }, async (dir) => {
    chmodSync(join(dir, 'plain'), 0o640)
    symlinkSync('plain', join(dir, 'link'))
    const given = ['--vault-password-file', 'first']
    assert.equal(await run(dir, ['encrypt', ...given, 'link', 'other']), { code: 0, out: '', err: '' })
    assert.is(opened(readFileSync(join(dir, 'plain'), 'utf8')), 'text\n')
    assert.is(opened(readFileSync(join(dir, 'other'), 'utf8')), 'other\n')
    assert.is(statSync(join(dir, 'plain')).mode & 0o777, 0o640)
    assert.equal(await run(dir, ['view', ...given, 'link', 'other']), {
      code: 0,
      out: 'text\nother\n',
      err: '',
    })
    assert.is((await run(dir, ['decrypt', ...given, 'link', 'other'])).code, 0)
    assert.is(readFileSync(join(dir, 'plain'), 'utf8'), 'text\n')
    assert.equal(readdirSync(dir).sort(), ['first', 'link', 'other', 'plain', 'second', 'tmp'])
  })
})

test('--output writes elsewhere: a file for its owner alone, or standard output', async () => {
  await inFolder({ plain: 'text\n' }, async (dir) => {
    const given = ['--vault-id', 'first']
    await run(dir, ['encrypt', ...given, '--output', 'sealed', 'plain'])
    assert.is(readFileSync(join(dir, 'plain'), 'utf8'), 'text\n')
    assert.is(statSync(join(dir, 'sealed')).mode & 0o777, 0o600)
    assert.is((await run(dir, ['decrypt', ...given, '--output', '-', 'sealed'])).out, 'text\n')
    const many = await run(dir, ['decrypt', ...given, '--output', '-', 'sealed', 'sealed'])
    assert.equal([many.code, many.err], [5, 'ERROR! --output is for one file alone\n'])
  })
})

test('the password comes from the environment and ansible.cfg as well', async () => {
  await inFolder({ sealed: sealed('text') }, async (dir) => {
    assert.is((await run(dir, ['view', 'sealed'], { ANSIBLE_VAULT_PASSWORD_FILE: 'first' })).out, 'text')
    assert.is(
      (await run(dir, ['view', 'sealed'], { ANSIBLE_VAULT_IDENTITY_LIST: 'dev@second, x@first' })).out,
      'text',
    )
    writeFileSync(join(dir, 'ansible.cfg'), '[defaults]\nvault_password_file = first\n')
    assert.is((await run(dir, ['view', 'sealed'])).out, 'text')
  })
})

test('with several passwords --encrypt-vault-id says which one encrypts', async () => {
  await inFolder({ plain: 'text' }, async (dir) => {
    const given = ['--vault-id', 'dev@second', '--vault-id', 'first']
    const none = await run(dir, ['encrypt', ...given, 'plain'])
    assert.equal(
      [none.code, none.err.split('\n')[0]],
      [5, 'ERROR! there are several vault passwords, for dev, default'],
    )
    const wrong = await run(dir, ['encrypt', ...given, '--encrypt-vault-id', 'prod', 'plain'])
    assert.match(wrong.err, "--encrypt-vault-id is 'prod', and there are passwords only for: dev, default")
    await run(dir, ['encrypt', ...given, '--encrypt-vault-id', 'dev', 'plain'])
    assert.match(readFileSync(join(dir, 'plain'), 'utf8'), /^\$ANSIBLE_VAULT;1\.2;AES256;dev\n/)
  })
})

test('rekey takes another password, or another of those given', async () => {
  await inFolder({ a: sealed('text') }, async (dir) => {
    const file = join(dir, 'a')
    const done = await run(dir, ['rekey', '--vault-id', 'first', '--new-vault-id', 'dev@second', 'a'])
    assert.equal(done, { code: 0, out: '', err: 'Rekey successful\n' })
    assert.is(createVault({ keys: [key('x', 'second password')] }).open(readFileSync(file, 'utf8')).id, 'dev')
    const both = ['--vault-id', 'dev@second', '--vault-id', 'old@first']
    await run(dir, ['rekey', ...both, '--encrypt-vault-id', 'old', 'a'])
    assert.is(createVault({ keys: [key('x', 'first password')] }).open(readFileSync(file, 'utf8')).id, 'old')
    await run(dir, ['rekey', '--vault-id', 'first', '--new-vault-password-file', 'second', 'a'])
    assert.is(
      createVault({ keys: [key('x', 'second password')] }).open(readFileSync(file, 'utf8')).id,
      'default',
    )
    const two = await run(dir, [
      'rekey',
      ...both,
      '--new-vault-id',
      'second',
      '--new-vault-password-file',
      'second',
      'a',
    ])
    assert.equal([two.code, two.err.includes('exclude each other')], [5, true])
  })
})

const SCRATCH = (dir: string) => readdirSync(join(dir, 'tmp'))
const SPY = 'stat -c "%a %A" "$1" "$(dirname "$1")" >seen; cp "$1" before'

test('edit lets the editor change a private copy, and encrypts it with the same password and label', async () => {
  await inFolder(
    {
      'a.yml': sealed('old text\n', 'dev'),
      editor: `#!/bin/sh\ncd "$(dirname "$0")"\n${SPY}\necho new >"$1"\n`,
    },
    async (dir) => {
      chmodSync(join(dir, 'editor'), 0o700)
      const env = { EDITOR: `${join(dir, 'editor')}` }
      assert.equal(await run(dir, ['edit', '--vault-id', 'first', '--vault-id', 'x@second', 'a.yml'], env), {
        code: 0,
        out: '',
        err: '',
      })
      assert.is(readFileSync(join(dir, 'before'), 'utf8'), 'old text\n')
      assert.is(readFileSync(join(dir, 'seen'), 'utf8'), '600 -rw-------\n700 drwx------\n')
      const text = readFileSync(join(dir, 'a.yml'), 'utf8')
      assert.is(vault.open(text).id, 'dev')
      assert.is(opened(text), 'new\n')
      assert.equal(SCRATCH(dir), [])
    },
  )
})

test('edit leaves the file alone when nothing changed, or the editor failed', async () => {
  const before = sealed('text')
  await inFolder({ a: before }, async (dir) => {
    const given = ['edit', '--vault-id', 'first', 'a']
    assert.is((await run(dir, given, { EDITOR: 'true' })).code, 0)
    const failed = await run(dir, given, { EDITOR: 'false' })
    assert.equal(
      [failed.code, failed.err],
      [5, "ERROR! the editor 'false' ended with exit code 1: nothing is changed\n"],
    )
    assert.is(readFileSync(join(dir, 'a'), 'utf8'), before)
    assert.equal(SCRATCH(dir), [])
  })
})

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
  test(`nothing decrypted is left when ${signal} ends the program during an edit`, async () => {
    const editor =
      '#!/bin/sh\necho "$1" >"$HOME/path.new"; mv "$HOME/path.new" "$HOME/path"\nexec sleep 1000\n'
    await inFolder({ a: sealed('text'), editor }, async (dir) => {
      chmodSync(join(dir, 'editor'), 0o700)
      mkdirSync(join(dir, 'tmp'))
      const env = { PATH: process.env.PATH, HOME: dir, TMPDIR: join(dir, 'tmp'), EDITOR: '$HOME/editor' }
      // node itself, so that the signal reaches the program and not one around it.
      const argv = ['--import', import.meta.resolve('tsx'), bin, 'vault', 'edit', '--vault-id', 'first', 'a']
      const child = spawn(process.execPath, argv, { cwd: dir, env, stdio: 'ignore', detached: true })
      try {
        await until(() => existsSync(join(dir, 'path')))
        const file = readFileSync(join(dir, 'path'), 'utf8').trim()
        assert.is(readFileSync(file, 'utf8'), 'text')
        const closed = once(child, 'close')
        child.kill(signal)
        await closed
        await until(() => !existsSync(dirname(file)))
        assert.is(opened(readFileSync(join(dir, 'a'), 'utf8')), 'text')
      } finally {
        // The editor is in the program's group, and outlives it.
        if (child.pid !== undefined) endGroup(child.pid)
      }
    })
  })
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1500; tries += 1) {
    if (holds()) return
    await wait(20)
  }
  assert.unreachable('it did not come about')
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}

test('create writes a new file with the editor, and refuses one that is there', async () => {
  await inFolder({ editor: '#!/bin/sh\necho text >"$1"\n' }, async (dir) => {
    chmodSync(join(dir, 'editor'), 0o700)
    const env = { EDITOR: join(dir, 'editor') }
    assert.is((await run(dir, ['create', '--vault-id', 'dev@second', 'in/new.yml'], env)).code, 0)
    const file = join(dir, 'in/new.yml')
    assert.is(opened(readFileSync(file, 'utf8')), 'text\n')
    assert.is(statSync(file).mode & 0o777, 0o600)
    const again = await run(dir, ['create', '--vault-id', 'first', 'in/new.yml'], env)
    assert.equal([again.code, again.err.split('\n')[0]], [5, 'ERROR! in/new.yml is there already'])
  })
})

test('encrypt_string prints YAML to paste, with the names in their order', async () => {
  await inFolder({}, async (dir) => {
    const { out, err } = await run(dir, ['encrypt_string', '--vault-id', 'first', 'one', 'two', '-n', 'a'])
    assert.match(err, /more texts than names/)
    const [first = '', second = ''] = out.split(/\n(?=!vault)/)
    const { a } = parseYaml(first, 'out').data as { a: VaultValue }
    assert.is(opened(a.__ansible_vault), 'one')
    assert.is(opened((parseYaml(second, 'out').data as VaultValue).__ansible_vault), 'two')
    assert.match(first, /^a: !vault \|\n {10}\$ANSIBLE_VAULT;1\.1;AES256\n {10}[0-9a-f]{80}\n/)
    const empty = await run(dir, ['encrypt_string', '--vault-id', 'first', ''])
    assert.equal([empty.code, empty.err], [5, 'ERROR! the text from the command line is empty\n'])
    await run(dir, ['encrypt_string', '--vault-id', 'first', '--output', 'out.yml', 'one', '-n', 'a'])
    assert.match(readFileSync(join(dir, 'out.yml'), 'utf8'), /^a: !vault/)
  })
})

test('standard input is encrypted and decrypted, and holds the text of encrypt_string', async () => {
  await inFolder({}, async (dir) => {
    const given = ['--vault-id', 'first']
    const { out } = await pipe(dir, ['encrypt', ...given], 'text\n')
    assert.is(opened(out), 'text\n')
    assert.is((await pipe(dir, ['decrypt', ...given], out)).out, 'text\n')
    const { data } = parseYaml(
      (await pipe(dir, ['encrypt_string', ...given, '--stdin-name', 'token'], 'abc')).out,
      'out',
    )
    assert.is(opened((data as { token: VaultValue }).token.__ansible_vault), 'abc')
  })
})

test('a new password is typed twice, an old one once, and neither is shown', async () => {
  await inFolder({ a: 'text' }, async (dir) => {
    const other = await pipe(dir, ['encrypt', 'a'], 'hunter22\nhunter23\n')
    assert.equal([other.code, readFileSync(join(dir, 'a'), 'utf8')], [5, 'text'])
    const done = await pipe(dir, ['encrypt', 'a'], 'hunter22\nhunter22\n')
    assert.equal(done, { code: 0, out: '', err: 'New vault password: \nConfirm new vault password: \n' })
    assert.is((await pipe(dir, ['view', '-J', 'a'], 'hunter22\n')).out, 'text')
    const ended = await pipe(dir, ['view', 'a'], '')
    assert.equal([ended.code, ended.err.includes('the input ended')], [5, true])
  })
})

test('a question answered from a pipe that stays open does not keep the program running', async () => {
  await inFolder({ a: sealed('text') }, async (dir) => {
    const child = spawn(tsx, [bin, 'vault', 'view', 'a'], { cwd: dir, stdio: ['pipe', 'pipe', 'ignore'] })
    try {
      child.stdin.write('first password\n')
      const [code] = await once(child, 'close')
      assert.is(code, 0)
    } finally {
      child.kill()
    }
  })
})

const MISTAKES: readonly [readonly string[], number, RegExp][] = [
  [
    ['view', '--vault-id', 'second', 'sealed'],
    1,
    /^ERROR! sealed: cannot be decrypted: no vault password fits \(vault ids given: default\)\n$/,
  ],
  [['view', '--vault-id', 'first', 'plain'], 1, /^ERROR! plain: is not encrypted with a vault\n$/],
  [['encrypt', '--vault-id', 'first', 'plain', 'sealed'], 1, /^ERROR! sealed: is encrypted already\n$/],
  [['decrypt', '--vault-id', 'first', 'sealed', 'plain'], 1, /^ERROR! plain: is not encrypted/],
  [['view', '--vault-id', 'first', 'nowhere'], 1, /^ERROR! nowhere: cannot be read: ENOENT/],
  [
    ['view', '--vault-id', 'nowhere', 'sealed'],
    1,
    /^ERROR! nowhere: the vault password file cannot be read: ENOENT/,
  ],
  [['view'], 5, /^ERROR! view needs a file/],
  [['veiw'], 5, /^ERROR! there is no command 'vault veiw'; did you mean 'view'\?/],
  [['view', '--vault-idd', 'x'], 5, /^ERROR! unknown option --vault-idd; did you mean 'vault-id'\?/],
  [['encrypt_string', '--vault-id', 'first', '-p', '-'], 5, /--prompt and standard input exclude each other/],
]
for (const [argv, code, message] of MISTAKES) {
  test(`vault ${argv.join(' ')} is refused and changes nothing`, async () => {
    const files = { plain: 'plaintext', sealed: sealed('plaintext') }
    await inFolder(files, async (dir) => {
      const { err, ...rest } = await run(dir, argv)
      assert.equal(rest, { code, out: '' })
      assert.match(err, message)
      assert.not.match(err, /plaintext|password\n|\n {4}at /)
      for (const [name, text] of Object.entries(files)) assert.is(readFileSync(join(dir, name), 'utf8'), text)
    })
  })
}

test('help names every command, and every flag of one', async () => {
  await inFolder({}, async (dir) => {
    assert.match((await run(dir, [])).out, /vault encrypt_string \[TEXT…\] {2}/)
    assert.match((await run(dir, ['rekey', '--help'])).out, /--new-vault-id LABEL@SOURCE/)
  })
})

test.run()
