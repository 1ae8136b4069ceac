import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seal } from '../../src/vars/vault/vault.ts'

const test = suite('playbooks with vaults')

const sealed = (text: string, id = 'default') =>
  seal(Buffer.from(text), { id, password: Buffer.from('password-1') })
const value = (text: string) => `!vault |\n${sealed(text).trimEnd().replaceAll(/^/gm, '    ')}\n`

const FILES: Readonly<Record<string, string>> = {
  password: 'password-1\n',
  wrong: 'password-2\n',
  'inventory/hosts.yml': sealed('all: {hosts: {one: {from_inventory: sealed-inventory}}}\n'),
  'inventory/group_vars/all.yml': sealed('from_group: "sealed-group {{ plain }}"\nplain: word\n', 'prod'),
  'inventory/host_vars/one.yml': `from_host: ${value('sealed-host {{ plain }}')}`,
  'roles/r/defaults/main.yml': sealed('from_defaults: sealed-defaults\n'),
  'roles/r/vars/main.yml': sealed('from_vars: sealed-vars\n'),
  'roles/r/tasks/main.yml': sealed('- include_vars: more.yml\n- include_tasks: rest.yml\n'),
  'roles/r/tasks/rest.yml': sealed(
    [
      '- copy: {src: data, dest: "{{ playbook_dir }}/out/copied", mode: preserve}',
      '- copy: {src: data, dest: "{{ playbook_dir }}/out/as-it-is", decrypt: false}',
      '- template: {src: page.j2, dest: "{{ playbook_dir }}/out/page"}',
    ].join('\n'),
  ),
  'roles/r/vars/more.yml': sealed('from_include: sealed-include\n'),
  'roles/r/files/data': sealed('sealed data {{ plain }}\n'),
  'files/note': sealed('sealed note {{ plain }}\n'),
  'roles/r/templates/page.j2': sealed(
    `${['inventory', 'group', 'host', 'defaults', 'vars', 'include', 'file', 'extra', 'play']
      .map((name) => `{{ from_${name} }}`)
      .join('\n')}\n{{ lookup('file', 'note') }}\n{% include 'part.j2' %}\n`,
  ),
  'roles/r/templates/part.j2': sealed('part of {{ plain }}\n'),
  'file.yml': sealed('from_file: sealed-file\n'),
  'extra.yml': sealed('from_extra: sealed-extra\n'),
  'playbook.yml': `- hosts: all
  gather_facts: false
  connection: local
  vars_files: [file.yml]
  vars:
    from_play: ${value('sealed-play').replaceAll('\n', '\n    ')}
  tasks:
    - file: {path: "{{ playbook_dir }}/out", state: directory}
    - include_role: {name: r}
    - name: Show
      debug: {msg: "{{ from_host }} and {{ from_group }}"}
    - name: Fail
      command: printf '%s\\n' "{{ from_play }}" /nowhere/
      register: printed
      failed_when: printed.rc == 0
      ignore_errors: true
`,
}

async function run(argv: readonly string[], changes: Readonly<Record<string, string>> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-vault-run-'))
  try {
    for (const [path, text] of Object.entries({ ...FILES, ...changes })) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text, { mode: 0o600 })
    }
    const { exitCode, all } = await execa(
      resolve('node_modules/.bin/tsx'),
      [resolve('src/bin.ts'), 'run', 'playbook.yml', '-e', '@extra.yml', ...argv],
      { cwd: dir, all: true, reject: false, env: { PATH: process.env.PATH, HOME: dir }, extendEnv: false },
    )
    const read = (name: string) => readFileSync(join(dir, 'out', name), 'utf8')
    const made =
      exitCode === 0 ? { page: read('page'), copied: read('copied'), asItIs: read('as-it-is') } : undefined
    return { code: exitCode, output: all.replaceAll(dir, ''), made }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test('whatever Ansible decrypts is decrypted where it is used, and shown nowhere', async () => {
  const { code, output, made } = await run(['--vault-password-file', 'password', '-vvv', '--diff'])
  assert.is(code, 0, output)
  assert.is(
    made?.page,
    [
      'sealed-inventory',
      'sealed-group word',
      'sealed-host {{ plain }}',
      'sealed-defaults',
      'sealed-vars',
      'sealed-include',
      'sealed-file',
      'sealed-extra',
      'sealed-play',
      'sealed note {{ plain }}',
      'part of word',
      '',
    ].join('\n'),
  )
  assert.is(made?.copied, 'sealed data {{ plain }}\n')
  assert.is(made?.asItIs, FILES['roles/r/files/data'])
  assert.match(output, '"msg": "******** and ******** ********"')
  assert.match(output, '...ignoring')
  for (const secret of output.match(/sealed.{0,20}/g) ?? []) assert.unreachable(secret)
})

const LOCKED: readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp][] = [
  [
    'no password for a role',
    ['-i', 'one,'],
    { 'playbook.yml': '- hosts: all\n  gather_facts: false\n  roles: [r]\n', 'extra.yml': 'a: b\n' },
    /^ERROR! roles\/r\/defaults\/main\.yml: cannot be decrypted: no vault password was given\n {2}Give one with --vault-password-file/m,
  ],
  [
    'a wrong password for an inventory',
    ['--vault-id', 'wrong'],
    { 'extra.yml': 'a: b\n' },
    /^ERROR! inventory\/hosts\.yml: cannot be decrypted: no vault password fits \(vault ids given: default\)$/m,
  ],
  [
    'a wrong password for a value, with the line it is written in',
    ['--vault-id', 'wrong', '-i', 'one,'],
    {
      'playbook.yml': `- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n    - debug: {msg: "{{ x }}"}\n      vars:\n        x: ${value('sealed').replaceAll('\n', '\n        ')}`,
      'extra.yml': 'a: b\n',
    },
    /a !vault value cannot be decrypted: no vault password fits.*\n {2}at playbook\.yml:7:\d+$/m,
  ],
]
for (const [name, argv, changes, message] of LOCKED) {
  test(`one clear error: ${name}`, async () => {
    const { code, output } = await run(argv, changes)
    assert.is.not(code, 0)
    assert.match(output, message)
    assert.not.match(output, /\n {4}at |sealed|password-\d/)
  })
}

test.run()
