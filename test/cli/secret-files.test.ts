import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seal } from '../../src/vars/vault/vault.ts'

const test = suite('cli/secret-files')
const program = resolve('src/bin.ts')
const tsx = resolve('node_modules/.bin/tsx')
const key = { id: 'default', password: Buffer.from('vault-password-1') }

interface Place {
  readonly dir: string
  readonly read: (name: string) => string
  readonly mode: (name: string) => string
  readonly start: (...argv: readonly string[]) => ReturnType<typeof startIn>
}

function startIn(dir: string, argv: readonly string[]) {
  const all = [program, ...argv, '--vault-password-file', 'password']
  return execa(tsx, all, { cwd: dir, reject: false, all: true })
}

// A folder with a playbook and a vault, `secret: hunter22`.
async function inFolder(
  files: Readonly<Record<string, string>>,
  check: (place: Place) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-secret-files-'))
  try {
    const vault = seal(Buffer.from('secret: hunter22\n'), key)
    for (const [name, content] of Object.entries({
      password: 'vault-password-1\n',
      'vault.yml': vault,
      ...files,
    }))
      writeFileSync(join(dir, name), content, { mode: 0o600 })
    await check({
      dir,
      read: (name) => readFileSync(join(dir, name), 'utf8'),
      mode: (name) => (statSync(join(dir, name)).mode & 0o777).toString(8),
      start: (...argv) => startIn(dir, argv),
    })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const play = (tasks: readonly object[]) =>
  JSON.stringify([
    { hosts: 'localhost', connection: 'local', gather_facts: false, vars_files: ['vault.yml'], tasks },
  ])

test('a new file with a secret in it is private, and a warning says so; a mode or an old file decides otherwise', async () => {
  const copy = (dest: string, more: object = {}) => ({
    copy: { content: 'pw={{ secret }}\n', dest: `{{ playbook_dir }}/${dest}`, ...more },
  })
  const tasks = [
    { ...copy('new'), register: 'made' },
    copy('chosen', { mode: '0644' }),
    copy('old'),
    { copy: { content: 'plain\n', dest: '{{ playbook_dir }}/plain' } },
    { template: { src: 't.j2', dest: '{{ playbook_dir }}/rendered' } },
    { lineinfile: { path: '{{ playbook_dir }}/line', line: 'k={{ secret }}', create: true } },
    { debug: { msg: 'mode {{ made.mode }}' } },
    { fetch: { src: '{{ playbook_dir }}/plain', dest: '{{ playbook_dir }}/fetched', flat: true } },
  ]
  const files = { 'site.yml': play(tasks), 't.j2': 'a {{ secret }}\n', old: 'x\n' }
  await inFolder(files, async ({ dir, start, mode }) => {
    chmodSync(join(dir, 'old'), 0o640)
    const { all = '', exitCode } = await start('run', 'site.yml')
    assert.is(exitCode, 0, String(all))
    const modes = ['new', 'chosen', 'old', 'plain', 'rendered', 'line', 'fetched'].map(mode)
    assert.equal(modes, ['600', '644', '640', '644', '600', '600', '600'])
    assert.match(String(all), /mode 0600/)
    const named = [...String(all).matchAll(/WARNING\]: \S*\/(\w+) was not there.*mode 0600/g)].map(
      ([, name]) => name,
    )
    assert.equal(named, ['new', 'rendered', 'line'])
  })
})

test('a promise that a script leaves rejected fails its task, and its message is masked', async () => {
  const script = (body: string) =>
    `{ name: 'S', script: async ({ vars }) => { ${body} }, ignore_errors: true }`
  const playbook = `export default [{
    hosts: 'localhost', connection: 'local', gather_facts: false, vars_files: ['vault.yml'],
    tasks: [
      ${script('Promise.reject(new Error("at once " + vars.secret)); return {}')},
      ${script('setTimeout(() => { throw new Error("timer " + vars.secret) }, 5); await new Promise((go) => setTimeout(go, 500))')},
      ${script('const it = { key: vars.secret }; it.self = it; throw it')},
      { name: 'after', debug: { msg: 'still here' } },
    ],
  }]\n`
  await inFolder({ 'site.ts': playbook, 'package.json': '{"type": "module"}' }, async ({ start }) => {
    const { all = '', exitCode } = await start('run', 'site.ts', '-vv')
    assert.is(exitCode, 0, String(all))
    assert.match(
      String(all),
      /at once \*{8}[\s\S]*timer \*{8}[\s\S]*the script threw[\s\S]*\*{8}[\s\S]*still here/,
    )
    assert.not.match(String(all), /hunter22/)
  })
})

test('reports are complete and private after a second Ctrl-C, and for values that hold themselves', async () => {
  const tasks = [
    { name: 'circle', set_fact: { all: '{{ hostvars[inventory_hostname] }}' } },
    { name: 'wait', 'ansible.builtin.shell': 'echo >{{ playbook_dir }}/started; trap "" TERM INT; sleep 30' },
  ]
  await inFolder({ 'site.yml': play(tasks) }, async ({ dir, start, read, mode }) => {
    const reports = ['json', 'html', 'junit'].flatMap((one) => ['--report', `${one}:r.${one}`])
    const running = start('run', 'site.yml', ...reports)
    const until = Date.now() + 60_000
    while (Date.now() < until && statSync(join(dir, 'started'), { throwIfNoEntry: false }) === undefined)
      await new Promise((go) => setTimeout(go, 50))
    running.kill('SIGINT')
    await new Promise((go) => setTimeout(go, 200))
    running.kill('SIGINT')
    const { exitCode } = await running
    assert.is(exitCode, 99)
    const [{ tasks: seen }] = JSON.parse(read('r.json')).plays
    assert.is(seen[0].task.name, 'circle')
    assert.match(read('r.html'), /circle[\s\S]*<\/html>/)
    assert.match(read('r.junit'), /circle[\s\S]*<\/testsuites>/)
    assert.equal(['r.json', 'r.html', 'r.junit'].map(mode), ['600', '600', '600'])
  })
})

test.run()
