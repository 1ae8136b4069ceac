import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('program')
const tsx = resolve('node_modules/.bin/tsx')

const PLAYBOOK = `import { playbook } from 'playscript'
export default playbook(import.meta, [
  {
    name: 'Demo',
    hosts: 'all',
    gather_facts: false,
    connection: 'local',
    roles: ['greet'],
    tasks: [{ name: 'Break', command: 'false', tags: ['never', 'broken'] }],
  },
])
`
const FILES: Readonly<Record<string, string>> = {
  'package.json': '{"type": "module"}',
  'playbook.ts': PLAYBOOK,
  'inventory/hosts.yml': 'all: {hosts: {one: {}, two: {}}}\n',
  'roles/greet/tasks/main.yml':
    '- name: Say hello\n  debug: {msg: "hello {{ inventory_hostname }}"}\n  tags: [hello]\n',
}

// A playbook in a folder of its own, run as people run it.
async function run(argv: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-program-'))
  try {
    for (const [path, content] of Object.entries({ ...FILES, ...files })) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), content)
    }
    mkdirSync(join(dir, 'node_modules'))
    symlinkSync(resolve('.'), join(dir, 'node_modules', 'playscript'))
    const { exitCode, stdout, stderr } = await execa(tsx, ['playbook.ts', ...argv], {
      cwd: dir,
      reject: false,
    })
    return { exitCode, stdout, stderr: stderr.replaceAll(dir, '') }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test('a playbook runs when it is the program, in the layout of Ansible', async () => {
  const { exitCode, stdout } = await run(['--limit', 'one'])
  assert.is(exitCode, 0)
  assert.is(
    stdout.trimEnd(),
    `
PLAY [Demo] ********************************************************************

TASK [greet : Say hello] *******************************************************
ok: [one] => {
    "msg": "hello one"
}

PLAY RECAP *********************************************************************
one                        : ok=1    changed=0    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0`,
  )
})

test('a playbook that is imported does not run', async () => {
  const { stdout } = await execa(tsx, [
    '--eval',
    "import('./playbook.ts').then(({ default: plays }) => console.log(plays.length))",
  ])
  assert.match(stdout, /^\d+$/)
})

test('--role runs a role of the play, or any role on --hosts', async () => {
  const own = await run(['--role', 'greet'])
  assert.match(own.stdout, /ok=1/)
  const other = await run(['--role', 'other', '--hosts', 'two', '-c', 'local'], {
    'roles/other/tasks/main.yml': '- name: Other\n  debug: {msg: x}\n',
  })
  assert.match(other.stdout, /TASK \[other : Other\]/)
  assert.not.match(other.stdout, /one/)
})

const exits: readonly [string, readonly string[], number, RegExp][] = [
  ['a failed task', ['--tags', 'broken'], 2, /^$/],
  ['an unknown flag', ['--tag5'], 5, /unknown option --tag5; did you mean '--tags'\?/],
  ['an unknown tag', ['--tags', 'helo'], 5, /no task has the tag 'helo'; did you mean 'hello'\?/],
  ['an unknown host', ['--limit', 'tow'], 5, /--limit tow matches no host; did you mean 'two'\?/],
  ['an unknown role', ['--role', 'gret'], 5, /there is no role 'gret'; did you mean 'greet'\?/],
  ['a word that is no option', ['now'], 5, /'now' is no option/],
  ['a wrong number', ['--forks', 'many'], 5, /--forks is 'many'; it must be a whole number/],
  ['an inventory that is not there', ['-i', 'nowhere.yml'], 1, /nowhere\.yml: there is no such inventory/],
]
for (const [name, argv, code, message] of exits) {
  test(`${name} ends with exit code ${code}`, async () => {
    const { exitCode, stderr } = await run(argv)
    assert.is(exitCode, code)
    assert.match(stderr, message)
  })
}

test('all that is wrong in a playbook is told before any task, without a stack', async () => {
  const { exitCode, stdout, stderr } = await run([], {
    'roles/greet/tasks/main.yml': '- name: a\n  debgu: {}\n- name: b\n  file: {path: /x, state: fiel}\n',
  })
  assert.is(exitCode, 4)
  assert.is(stdout, '')
  const place = String.raw`\n {2}at roles/greet/tasks/main\.yml`
  assert.match(stderr, new RegExp(`^ERROR! 'debgu' is neither .* did you mean 'debug'\\?${place}:2:3$`, 'm'))
  assert.match(stderr, new RegExp(`^ERROR! file: state is "fiel".*${place}:4:3$`, 'm'))
  assert.not.match(stderr, /at .*\.ts:\d+:\d+\)/)
})

test('a playbook that is wrong ends at once, whatever its hosts do meanwhile', async () => {
  // It takes connections and says nothing, for as long as one likes to wait.
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const { exitCode, stderr } = await run(['--timeout', '900'], {
      'inventory/hosts.yml': `all: {hosts: {one: {ansible_host: 127.0.0.1, ansible_port: ${port}}}}\n`,
      'playbook.ts': PLAYBOOK.replace("connection: 'local',\n", '').replace('greet', 'gret'),
    })
    assert.is(exitCode, 1)
    assert.match(stderr, /role 'gret'/)
  } finally {
    server.close()
  }
})

test('--list-tasks, --list-tags and --list-hosts connect to nothing', async () => {
  const { stdout, exitCode } = await run(['--list-tasks', '--list-tags', '--list-hosts', '--limit', 'two'])
  assert.is(exitCode, 0)
  assert.match(stdout, /play #1 \(all\): Demo\tTAGS: \[\]/)
  assert.match(stdout, /hosts \(1\):\n {6}two\n/)
  assert.match(stdout, /greet : Say hello\tTAGS: \[hello\]/)
  assert.match(stdout, /TASK TAGS: \[broken, hello, never\]/)
  assert.not.match(stdout, /Break/)
})

test('--syntax-check and --version run nothing', async () => {
  assert.match((await run(['--syntax-check'])).stdout, /playbook: playbook\.ts/)
  assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+$/)
})

test('playbooks may stand after the flags, and run one after another with one recap', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-program-'))
  try {
    const play = (folder: string, task: string) => {
      mkdirSync(join(dir, folder, 'group_vars'), { recursive: true })
      writeFileSync(join(dir, folder, 'group_vars/all.yml'), `beside: ${folder}\n`)
      writeFileSync(
        join(dir, folder, 'site.yml'),
        `- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n    - ${task}\n`,
      )
    }
    play('one', 'set_fact: {kept: "{{ beside }}"}')
    play('two', 'debug: {msg: "{{ kept }} then {{ beside }}"}')
    const argv = [resolve('src/bin.ts'), 'run', '-i', 'h,', 'one/site.yml', '-v', 'two/site.yml']
    const { exitCode, stdout } = await execa(tsx, argv, { cwd: dir, reject: false })
    assert.is(exitCode, 0)
    assert.match(stdout, /"msg": "one then two"/)
    assert.is(stdout.match(/PLAY RECAP/g)?.length, 1)
    assert.match(stdout, /ok=2 /)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test.run()
