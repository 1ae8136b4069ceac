import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('settings of a program')
const tsx = resolve('node_modules/.bin/tsx')

const PLAYBOOK = `import { playbook } from 'playscript'
export default playbook(import.meta, [
  { name: 'Gather', hosts: 'all', connection: 'local', gather_facts: true, gather_subset: ['!all', '!min', 'user'], tags: ['gather'] },
  { name: 'Use', hosts: 'all', connection: 'local', roles: ['user'], tags: ['use'] },
])
`
const FILES: Readonly<Record<string, string>> = {
  'package.json': '{"type": "module"}',
  'playbook.ts': PLAYBOOK,
  'inventory/hosts.yml': 'all: {hosts: {one: {}}}\n',
  'home/.ansible/roles/user/tasks/main.yml':
    '- debug: {msg: "uid {{ ansible_user_uid | default(\'unknown\') }}"}\n- debug: {msg: skipped}\n  when: false\n',
}

interface Folder {
  readonly dir: string
  readonly run: (
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<{ exitCode: number | undefined; stdout: string; stderr: string }>
}

async function inFolder(files: Readonly<Record<string, string>>, check: (folder: Folder) => Promise<void>) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-settings-'))
  const run: Folder['run'] = async (argv, env = {}) => {
    const { exitCode, stdout, stderr } = await execa(tsx, ['playbook.ts', ...argv], {
      cwd: dir,
      reject: false,
      env: { HOME: join(dir, 'home'), ...env },
    })
    return { exitCode, stdout, stderr: stderr.replaceAll(dir, '') }
  }
  try {
    for (const [path, content] of Object.entries({ ...FILES, ...files })) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), content)
    }
    mkdirSync(join(dir, 'node_modules'))
    symlinkSync(resolve('.'), join(dir, 'node_modules', 'playscript'))
    await check({ dir, run })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test('the settings of the post: facts of one run serve the next, all is logged, roles come from the home', async () => {
  await inFolder({}, async ({ dir, run }) => {
    copyFileSync('test/cli/config/fixtures/post/ansible.cfg', join(dir, 'ansible.cfg'))
    const before = await run(['--tags', 'use'])
    assert.is(before.exitCode, 0, before.stderr)
    assert.match(before.stdout, /"msg": "uid unknown"/)
    assert.not.match(before.stdout, /Gathering Facts/)
    assert.not(existsSync(join(dir, '.cache/facts')))
    const gathering = await run(['--tags', 'gather'])
    assert.match(gathering.stdout, /TASK \[Gathering Facts\]/)
    assert.match(gathering.stdout, /ok: \[one\] => \{.*ansible_user_uid/, 'verbosity 2 shows results')
    const facts = JSON.parse(readFileSync(join(dir, '.cache/facts/one'), 'utf8'))
    assert.is(facts.ansible_user_uid, process.getuid?.())
    const after = await run(['--tags', 'use'])
    assert.ok(after.stdout.includes(`"msg": "uid ${process.getuid?.()}"`))
    const flushed = await run(['--tags', 'use', '--flush-cache'])
    assert.match(flushed.stdout, /"msg": "uid unknown"/)
    const log = readFileSync(join(dir, 'ansible.log'), 'utf8')
    assert.is(log.match(/\| PLAY RECAP /g)?.length, 4)
    assert.match(log, /\| {5}"msg": "uid unknown"/)
  })
})

test('errors are logged too', async () => {
  await inFolder({ 'ansible.cfg': '[defaults]\nlog_path = a.log\n' }, async ({ dir, run }) => {
    assert.is((await run(['--limit', 'tow'])).exitCode, 5)
    assert.match(readFileSync(join(dir, 'a.log'), 'utf8'), /\| ERROR! --limit tow matches no host/)
  })
})

const base = '[defaults]\ngathering = explicit\n'
const cases: readonly {
  readonly name: string
  readonly config: string
  readonly argv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly exitCode?: number
  readonly out?: RegExp
  readonly notOut?: RegExp
  readonly err?: RegExp
}[] = [
  {
    name: 'a wrong value ends with a usage error and its place',
    config: '[defaults]\nforks = many\n',
    exitCode: 5,
    err: /forks in \[defaults\] is 'many'; it must be a number\n {2}at .*ansible\.cfg:2/,
  },
  {
    name: 'an unknown setting is a warning',
    config: `${base}fork = 3\n`,
    err: /^\[WARNING\]: ansible\.cfg: unknown setting fork in \[defaults\] \(line 3\); did you mean 'forks'\?$/,
  },
  {
    name: 'settings that cannot be followed are warnings',
    config: `${base}jinja2_native = false\nstdout_callback = dense\nerror_on_undefined_vars = no\n`,
    err: /jinja2_native is always on.*\n.*error_on_undefined_vars is always on.*\n.*stdout_callback is 'dense', which is not available/,
  },
  {
    name: 'skipped hosts are not displayed',
    config: `${base}display_skipped_hosts = no\n`,
    out: /skipped=1/,
    notOut: /skipping:/,
  },
  {
    name: 'tags of the settings',
    config: `${base}[tags]\nrun = gather\n`,
    argv: [],
    out: /Gathering Facts/,
    notOut: /uid/,
  },
  {
    name: 'a flag wins over the environment, and that over the file',
    config: `${base}[tags]\nrun = gather\n`,
    env: { ANSIBLE_RUN_TAGS: 'gather' },
    argv: ['--tags', 'use'],
    out: /uid unknown/,
    notOut: /Gathering/,
  },
  {
    name: 'another inventory',
    config: `${base}inventory = other.yml\n`,
    argv: ['--list-hosts'],
    out: /hosts \(1\):\n {6}two\n/,
  },
  {
    name: 'facts that are to be kept nowhere',
    config: `${base}fact_caching = jsonfile\n`,
    exitCode: 5,
    err: /fact_caching_connection names no folder/,
  },
  {
    name: 'facts that are to be kept in another way',
    config: `${base}fact_caching = redis\n`,
    exitCode: 5,
    err: /fact_caching is 'redis'; it must be one of: memory, jsonfile/,
  },
  {
    name: 'colour where it is forced',
    config: `${base}force_color = yes\n`,
    out: /\u001b\[3/,
  },
]
for (const { name, config, argv = ['--tags', 'use'], env, exitCode = 0, out, notOut, err = /^$/ } of cases) {
  test(name, async () => {
    const files = { 'ansible.cfg': config, 'other.yml': 'all: {hosts: {two: {}}}\n' }
    await inFolder(files, async ({ run }) => {
      const ran = await run(argv, env)
      assert.is(ran.exitCode, exitCode, ran.stderr)
      assert.match(ran.stderr, err)
      if (out !== undefined) assert.match(ran.stdout, out)
      if (notOut !== undefined) assert.not.match(ran.stdout, notOut)
    })
  })
}

test.run()
