import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { comparePlays } from '../../src/convert/compare.ts'
import { convert } from '../../src/convert/convert.ts'
import { PlaybookError, UsageError } from '../../src/core/errors.ts'
import { loadPlaybook, rolesPathOf } from '../../src/playbook/load-playbook.ts'
import type { Source } from '../../src/playbook/source.ts'
import { compile, format, inFolder } from './support.ts'

const test = suite('convert')

async function load(play: object, folder: string) {
  const file = join(folder, 'site.yml')
  const source: Source = { file, dir: folder, value: [{ hosts: 'all', ...play }], locate: () => ({ file }) }
  const { plays, problems } = await loadPlaybook(source, { rolesPath: rolesPathOf(folder) })
  assert.equal(problems.list, [])
  return plays
}

async function rejects(
  step: () => Promise<unknown>,
  error: new (...args: never[]) => Error,
  message: RegExp,
) {
  let thrown: unknown
  try {
    await step()
  } catch (caught) {
    thrown = caught
  }
  assert.instance(thrown, error)
  const text = thrown instanceof PlaybookError ? thrown.describe() : (thrown as Error).message
  assert.match(text, message)
}

function codeIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('node_modules'))
    .sort()
}

test('a playbook with all that it names: it compiles, is formatted and gives the same plays', async () => {
  await inFolder({ 'old/': 'web' }, async (folder) => {
    const out = join(folder, 'new')
    const report = await convert({ path: join(folder, 'old/site.yml'), out })
    assert.equal(codeIn(out), [
      'extra/check.ts',
      'other.ts',
      'roles/nginx/defaults/main.ts',
      'roles/nginx/handlers/main.ts',
      'roles/nginx/tasks/install.ts',
      'roles/nginx/tasks/main.ts',
      'roles/nginx/tasks/setup-Debian.ts',
      'roles/nginx/tasks/sites.ts',
      'roles/nginx/vars/main.ts',
      'site.ts',
    ])
    assert.equal(codeIn(join(folder, 'old')), [])
    assert.ok(existsSync(join(out, 'roles/nginx/templates/site.conf.j2')))
    assert.not(existsSync(join(out, 'site.yml')))
    assert.equal(await compile(folder), [])
    for (const file of codeIn(out)) {
      const text = readFileSync(join(out, file), 'utf8')
      assert.is(await format(text), text, file)
    }
    assert.equal(
      report.remarks.map(({ message }) => message),
      [
        'playscript has no module ufw yet',
        "mode: 420 is a decimal number and means '0644'; was '0420' meant?",
      ],
    )
    const install = readFileSync(join(out, 'roles/nginx/tasks/install.ts'), 'utf8')
    for (const comment of ['// an hour', '// octal', '// ours']) assert.match(install, comment)
    const defaults = readFileSync(join(out, 'roles/nginx/defaults/main.ts'), 'utf8')
    assert.match(defaults, "import type vars from '../vars/main.ts'")
    assert.match(defaults, 'readonly nginx_hint: unknown\n')
    assert.match(defaults, 'readonly nginx_other?: unknown\n')
  })
})

test('the role of this project, written in YAML, becomes what it is in TypeScript', async () => {
  await inFolder({ 'roles/k8s/': 'k8s' }, async (folder) => {
    const { kept, remarks } = await convert({ path: join(folder, 'roles/k8s'), replace: true })
    assert.equal([kept, remarks], [[], []])
    assert.not(existsSync(join(folder, 'roles/k8s/tasks/main.yml')))
    assert.equal(await compile(folder), [])
    const converted = await load({ roles: ['k8s'] }, folder)
    const written = await load({ roles: ['k8s'] }, resolve('.'))
    assert.equal(comparePlays(written, converted), [])
  })
})

test('nothing is written over unless forced', async () => {
  const yaml = '- ping:\n'
  await inFolder({ 'roles/a/tasks/main.yml': yaml, 'roles/a/tasks/main.ts': 'mine' }, async (folder) => {
    const path = join(folder, 'roles/a')
    await rejects(() => convert({ path }), UsageError, /would write over main.ts/)
    assert.is(readFileSync(join(path, 'tasks/main.ts'), 'utf8'), 'mine')
    await convert({ path, force: true })
    assert.match(readFileSync(join(path, 'tasks/main.ts'), 'utf8'), 'ping: null')
    assert.is(readFileSync(join(path, 'tasks/main.yml'), 'utf8'), yaml)
  })
})

test('files with secrets stay YAML, and the type of the variables stands apart', async () => {
  const secret = 'a: 1\nb: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n'
  const files = { 'roles/a/defaults/main.yml': secret, 'roles/a/tasks/main.yml': '- debug: msg={{ b }}\n' }
  await inFolder(files, async (folder) => {
    const path = join(folder, 'roles/a')
    const { kept, written } = await convert({ path, replace: true })
    assert.equal(kept, [{ path: join(path, 'defaults/main.yml'), reason: 'it has encrypted values' }])
    assert.equal(written, [join(path, 'tasks/main.ts'), join(path, 'variables.ts')])
    assert.is(readFileSync(join(path, 'defaults/main.yml'), 'utf8'), secret)
    assert.match(
      readFileSync(join(path, 'tasks/main.ts'), 'utf8'),
      "import type { AVars } from '../variables.ts'",
    )
    assert.equal(await compile(folder), [])
  })
})

test('variables that a task reads by the name of their file stay YAML', async () => {
  const read = '- include_vars: "{{ item }}"\n  with_first_found: ["{{ os }}.yml", main.yml]\n'
  await inFolder({ 'roles/a/vars/main.yml': 'x: 1\n', 'roles/a/tasks/main.yml': read }, async (folder) => {
    const path = join(folder, 'roles/a')
    const { kept, removed } = await convert({ path, replace: true })
    assert.equal(kept, [{ path: join(path, 'vars/main.yml'), reason: 'a task reads it with include_vars' }])
    assert.equal(removed, [join(path, 'tasks/main.yml')])
  })
})

test('a difference names the task and the field', async () => {
  const tasks = [{ name: 'Make it', file: { path: '/x', mode: '0644' }, tags: ['a'] }, { ping: null }]
  await inFolder({}, async (folder) => {
    const yaml = await load({ tasks }, folder)
    const differing: readonly (readonly [object, string])[] = [
      [{ ...tasks[0], file: { path: '/x', mode: '0600' } }, 'task "Make it" args.mode "0644" "0600"'],
      [{ ...tasks[0], name: 'Made' }, 'task "Make it" name "Make it" "Made"'],
      [{ ...tasks[0], tags: [] }, 'task "Make it" tags ["a"] []'],
      [{ ...tasks[0], when: 'x' }, 'task "Make it" when [] ["x"]'],
      [{ ...tasks[0], become: true }, 'task "Make it" become undefined true'],
      [{ name: 'Make it', stat: { path: '/x' }, tags: ['a'] }, 'task "Make it" action "file" "stat"'],
      [
        { ...tasks[0], file: { path: '/x', mode: 'u=rw,g=r' }, notify: 'h' },
        'task "Make it" notify [] ["h"]',
      ],
    ]
    for (const [task, expected] of differing) {
      const found = comparePlays(yaml, await load({ tasks: [task, tasks[1]] }, folder))
      const told = found.map((one) =>
        [one.where, one.field, String(JSON.stringify(one.yaml)), String(JSON.stringify(one.code))].join(' '),
      )
      assert.ok(told.includes(expected), `${expected}: ${told.join('; ')}`)
    }
    assert.equal(comparePlays(yaml, await load({ tasks: [tasks[0]] }, folder)).length, 1)
    const same = [
      { name: 'Make it', file: { dest: '/x', mode: 0o644, recurse: 'no' }, tags: 'a' },
      { ping: {} },
    ]
    assert.equal(comparePlays(yaml, await load({ tasks: same }, folder)), [])
  })
})

test('when both differ, that is an error, and the YAML files stay', async () => {
  const files = {
    'roles/a/tasks/main.yml': '- import_tasks: sub.yml\n',
    'roles/a/tasks/sub.yml': '- ping:\n',
  }
  await inFolder(files, async (folder) => {
    const path = join(folder, 'roles/a')
    // The loader takes this file before main.yml, so that YAML's side is not what was converted.
    writeFileSync(join(path, 'tasks/main.mts'), 'export default []\n')
    await rejects(
      () => convert({ path, replace: true }),
      PlaybookError,
      /play "conversion": tasks differs: YAML gives "0 of them", TypeScript gives "1 of them"/,
    )
    assert.ok(existsSync(join(path, 'tasks/main.yml')))
  })
})

test('what is no role and no playbook', async () => {
  await inFolder({ 'a.txt': '', 'empty/x': '' }, async (folder) => {
    await rejects(
      () => convert({ path: join(folder, 'a.txt') }),
      UsageError,
      /neither a role's folder nor a playbook/,
    )
    await rejects(() => convert({ path: join(folder, 'empty') }), UsageError, /holds no YAML files/)
  })
})

test('the command', async () => {
  await inFolder({ 'roles/a/tasks/main.yml': '- a.b.c: x\n- ping:\n' }, async (folder) => {
    const bin = [resolve('node_modules/.bin/tsx'), resolve('src/bin.ts'), 'convert'] as const
    const run = (...argv: string[]) =>
      execa(bin[0], [bin[1], bin[2], ...argv], { cwd: folder, reject: false })
    const { stdout, exitCode } = await run('a', '--replace')
    assert.is(exitCode, 0)
    assert.equal(stdout.split('\n'), [
      'written: roles/a/tasks/main.ts',
      'removed: roles/a/tasks/main.yml',
      'roles/a/tasks/main.yml:1: playscript has no module a.b.c yet',
      'Loaded from both languages, the plays are the same.',
    ])
    assert.is((await run('nothing')).exitCode, 5)
    assert.is((await run('a', '--out', 'b', '--replace')).exitCode, 5)
    assert.is((await run('a')).exitCode, 5)
  })
})

test.run()
