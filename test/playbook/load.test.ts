import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PlayscriptError } from '../../src/core/errors.ts'
import { loadPlaybook, rolesPathOf } from '../../src/playbook/load-playbook.ts'
import { tasksOf } from '../../src/playbook/model.ts'
import { readSource } from '../../src/playbook/source.ts'
import { validatePlaybook } from '../../src/playbook/validate.ts'
import { createTemplar } from '../../src/template/index.ts'

const test = suite('load')

async function load(files: Readonly<Record<string, string>>, { strict = true } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-load-'))
  const warnings: string[] = []
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), content)
    }
    const first = Object.keys(files)[0] ?? ''
    const { plays, problems } = await loadPlaybook(await readSource(join(dir, first)), {
      rolesPath: rolesPathOf(dir),
      strict,
      warn: (message) => warnings.push(message),
    })
    const checked = validatePlaybook(plays, createTemplar({ searchPath: [dir] }), { strict })
    const text = (problem: PlayscriptError) => problem.describe(dir).replaceAll(dir, '')
    return {
      plays,
      problems: (problems.list.length > 0 ? problems.list : checked.list).map(text),
      doubts: [...problems.doubts, ...checked.doubts].map(text),
      warnings,
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const yaml = (tasks: string) => ({ 'site.yml': `- hosts: all\n  tasks:\n${tasks.replace(/^/gm, '    ')}\n` })
const code = (tasks: string) => ({
  'site.ts': `export default [\n  {\n    hosts: 'all',\n    tasks: [\n${tasks}\n    ],\n  },\n]\n`,
})

const wrong: readonly [string, Readonly<Record<string, string>>, readonly string[]][] = [
  [
    'a misspelt keyword, in YAML',
    yaml('- name: x\n  pnig:\n  ping:'),
    ["site.yml:4:7: 'pnig' is neither a module nor a keyword of a task; did you mean 'ping'?"],
  ],
  [
    'a misspelt keyword, in TypeScript',
    code("      { name: 'first', ping: null },\n      { name: 'second', ping: null, notfy: 'x' },"),
    ["site.ts:6:37: 'notfy' is neither a module nor a keyword of a task; did you mean 'notify'?"],
  ],
  ['a task without a module', yaml('- name: x'), ['site.yml:3:7: the task names no module']],
  [
    'two modules',
    yaml('- ping:\n  debug:'),
    ['site.yml:3:7: a task runs one module, and this one names ping and debug'],
  ],
  [
    'a wrong keyword',
    yaml('- ping:\n  become: perhaps'),
    ['site.yml:4:7: become is "perhaps"; it must be true or false'],
  ],
  [
    'a misspelt parameter',
    yaml('- file:\n    path: /x\n    stat: file'),
    ["site.yml:3:7: file has no parameter 'stat'; did you mean 'state'? (it has: "],
  ],
  [
    'a wrong choice',
    yaml('- file: {path: /x, state: fiel}'),
    ['site.yml:3:7: file: state is "fiel"; it must be one of: '],
  ],
  [
    'an unknown handler',
    yaml('- ping:\n  notify: Restrat'),
    ["site.yml:3:7: The requested handler 'Restrat' was not found"],
  ],
  [
    'an unknown role',
    { 'site.yml': '- hosts: all\n  roles: [webb]\n', 'roles/web/tasks/main.yml': '[]' },
    ["site.yml:1:3: there is no role 'webb'; did you mean 'web'?"],
  ],
  [
    'a file to import that is not there',
    yaml('- import_tasks: other.yml'),
    ["site.yml:3:7: there is no file 'other.yml' to import"],
  ],
  [
    'imports in a circle',
    { ...yaml('- import_tasks: a.yml'), 'a.yml': '- import_tasks: site.yml\n' },
    ['a.yml:1:3: imports go round in a circle: '],
  ],
  [
    'a template file that is not there',
    yaml('- template: {src: x.njk, dest: /x}'),
    ["site.yml:3:7: there is no file 'x.njk'"],
  ],
  [
    'a template file with a mistake',
    { ...yaml('- template: {src: x.njk, dest: /x}'), 'templates/x.njk': 'a\n{% if %}\n' },
    ['templates/x.njk:2'],
  ],
  ['a condition with a mistake', yaml('- ping:\n  when: a ==\n'), ['site.yml:3:7: ']],
  ['a template with an unknown filter', yaml("- debug: {msg: '{{ a | uper }}'}"), ['site.yml:3:7: ']],
  [
    'a play that is no dictionary',
    { 'site.yml': '- 1\n' },
    ['site.yml: a play must be a dictionary, and this is 1'],
  ],
  ['a playbook that is no list', { 'site.yml': 'hosts: all\n' }, ['site.yml: a playbook is a list of plays']],
  [
    'a misspelt keyword of a play',
    { 'site.yml': '- hosts: all\n  task: []\n' },
    ["site.yml:2:3: 'task' is no keyword of a play; did you mean 'tasks'?"],
  ],
  [
    'a question without a name',
    { 'site.yml': '- hosts: all\n  vars_prompt: [{ prompt: What }]\n' },
    ["site.yml:2:3: a question of vars_prompt has no 'name'"],
  ],
  [
    'a play without hosts',
    { 'site.yml': '- tasks: []\n' },
    ['site.yml:1:3: the play does not say on which hosts it runs'],
  ],
  [
    'a play for no hosts',
    { 'site.yml': '- hosts:\n  tasks: []\n' },
    ['site.yml:1:3: the play does not say on which hosts it runs'],
  ],
  [
    'a size that is none',
    { 'site.yml': '- hosts: all\n  serial: [1, abc]\n' },
    ['site.yml:2:3: serial is "abc"; it must be a number of hosts, or a share such as "30%"'],
  ],
  [
    'a misspelt keyword of a loop',
    yaml('- ping:\n  loop: [1]\n  loop_control: {lable: x}'),
    ["site.yml:5:7: 'lable' is no keyword of loop_control; did you mean 'label'?"],
  ],
  [
    'a loop that there is not',
    yaml('- ping:\n  with_itmes: [1]'),
    ["site.yml:3:7: with_itmes is not a loop: there is no lookup 'itmes'; did you mean 'items'?"],
  ],
  [
    'no name for a variable',
    yaml('- ping:\n  register: a-b'),
    ['site.yml:4:7: Invalid variable name in register: "a-b"; it must be of letters'],
  ],
  [
    'an option that an import does not take',
    yaml('- import_tasks: {file: x.yml, apply: {tags: a}}'),
    ['site.yml:3:7: Invalid options for import_tasks: apply', "site.yml:3:7: there is no file 'x.yml'"],
  ],
  [
    'an option that an include does not take',
    yaml('- include_tasks: {fiel: x.yml}'),
    ["site.yml:3:7: Invalid options for include_tasks: fiel; did you mean 'file'?"],
  ],
  ...['include_role', 'import_role'].map((action): (typeof wrong)[number] => [
    `no name of a file of a role, for ${action}`,
    yaml(`- ${action}: {name: r, tasks_from: }`),
    ['site.yml:3:7: Expected a string for tasks_from but got null'],
  ]),
  [
    'files of a role that an include names by a list',
    yaml('- include_role: {name: r, vars_from: [a.yml]}'),
    ['site.yml:3:7: Expected a string for vars_from but got ["a.yml"]'],
  ],
  [
    'a file of a role that is outside of it',
    {
      'site.yml': '- hosts: all\n  tasks:\n  - import_role: {name: r, tasks_from: ../../x.yml}\n',
      'roles/r/tasks/main.yml': '[]',
    },
    [
      "site.yml:3:5: tasks_from is '../../x.yml', which is refused as it is not inside the expected role path",
    ],
  ],
  [
    'an unknown meta',
    yaml('- meta: flush_handler'),
    ["site.yml:3:7: meta is 'flush_handler'; it must be one of: "],
  ],
  [
    'a keyword that a block cannot have',
    yaml('- block: []\n  register: x'),
    ["site.yml:4:7: 'register' cannot stand beside block"],
  ],
  [
    'TypeScript that throws',
    { 'site.yml': '- hosts: all\n  tasks:\n  - import_tasks: bad.ts\n', 'bad.ts': "throw new Error('oh')\n" },
    ['bad.ts: cannot be loaded: oh'],
  ],
  [
    'TypeScript without a default export',
    { 'site.yml': '- hosts: all\n  tasks:\n  - import_tasks: bad.ts\n', 'bad.ts': 'export const a = 1\n' },
    ['bad.ts: has no default export'],
  ],
  [
    'everything at once',
    yaml('- pnig:\n- file: {path: /x, mode: abc}\n- ping:\n  become: perhaps'),
    ["site.yml:3:7: 'pnig'", 'site.yml:4:7: file: mode', 'site.yml:6:7: become'],
  ],
]
for (const [name, files, expected] of wrong) {
  test(`${name} is told with its place`, async () => {
    const { problems } = await load(files)
    assert.is(problems.length, expected.length, problems.join('\n'))
    for (const [index, text] of expected.entries())
      assert.ok(problems[index]?.startsWith(text), problems[index])
  })
}

test('a role of YAML and a role of TypeScript give the same tasks', async () => {
  const site = { 'site.yml': '- hosts: all\n  roles: [{role: r, tags: [x]}]\n' }
  const inYaml = await load({
    ...site,
    'roles/r/defaults/main.yml': 'a: 1\n',
    'roles/r/tasks/main.yml': '- import_tasks: part.yml\n  tags: [y]\n  when: a\n',
    'roles/r/tasks/part.yml':
      '- name: n\n  ansible.builtin.command: echo {{ a }}\n  become: yes\n  tags: [z]\n',
    'roles/r/handlers/main.yml': '- name: h\n  ping:\n',
  })
  const inCode = await load({
    ...site,
    'roles/r/defaults/main.ts': 'export default { a: 1 }\n',
    'roles/r/tasks/main.ts': "export default [{ import_tasks: 'part', tags: ['y'], when: 'a' }]\n",
    'roles/r/tasks/part.ts':
      "export default [{ name: 'n', command: 'echo {{ a }}', become: true, tags: ['z'] }]\n",
    'roles/r/handlers/main.ts': "export default [{ name: 'h', ping: null }]\n",
  })
  const summary = ({ plays, problems }: typeof inYaml) => {
    assert.equal(problems, [])
    const [play] = plays
    const tasks = play?.sections.flatMap((section) => [...tasksOf(section)]) ?? []
    return {
      tasks: tasks.map(({ name, module, args, tags, when, become }) => ({
        name,
        module: module.name,
        args,
        tags,
        when,
        become,
      })),
      handlers: play?.handlers.map(({ name }) => name),
      defaults: play?.roles.map((role) => role.defaults),
    }
  }
  assert.equal(summary(inYaml), summary(inCode))
  assert.equal(summary(inCode).tasks[0]?.tags, ['x', 'y', 'z'])
})

test('dependencies of a role run before it, and a circle is told', async () => {
  const { plays } = await load({
    'site.yml': '- hosts: all\n  roles: [b]\n',
    'roles/a/tasks/main.yml': '- name: of a\n  ping:\n',
    'roles/b/tasks/main.yml': '- name: of b\n  ping:\n',
    'roles/b/meta/main.yml': 'dependencies: [a]\n',
  })
  const names = plays.flatMap((play) =>
    play.sections.flatMap((section) => [...tasksOf(section)].map((task) => task.name)),
  )
  assert.equal(names, ['of a', 'of b'])
  const circle = await load({
    'site.yml': '- hosts: all\n  roles: [a]\n',
    'roles/a/meta/main.yml': 'dependencies: [a]\n',
  })
  assert.match(circle.problems[0] ?? '', /roles depend on one another in a circle/)
})

test('a module of Ansible that is not here may stand where a condition can skip it', async () => {
  const site = [
    '- hosts: all',
    '  tasks:',
    "    - { yum: 'name=x state=present', when: no }",
    '    - { when: no, block: [{ community.none.such: { anything: 1 } }] }',
    '    - { yum: {} }',
    '    - { ansible.builtin.yumm: {}, when: no }',
    '  handlers: [{ name: h, community.none.such: { anything: 1 } }]',
  ]
  const { problems } = await load({ 'site.yml': site.join('\n') })
  assert.equal(problems, [
    'site.yml:5:9: playscript has no module yum',
    "site.yml:6:9: 'ansible.builtin.yumm' is neither a module nor a keyword of a task",
  ])
})

test('wrong arguments are told before the run, unless the task says what happens when it fails', async () => {
  const problem = /slurp: missing required arguments: src/
  const told = async (text: string) => (await load(yaml(text))).problems
  assert.match(String(await told('- slurp:')), problem)
  assert.match(String(await told('- block:\n    - slurp:\n  always:\n    - ping:')), problem)
  assert.match(String(await told('- block:\n    - ping:\n  rescue:\n    - slurp:')), problem)
  assert.equal(await told('- slurp:\n  ignore_errors: true'), [])
  assert.equal(await told('- slurp:\n  register: r\n  failed_when: r.msg is undefined'), [])
  assert.equal(await told('- block:\n    - slurp:\n  ignore_errors: true'), [])
  assert.equal(await told('- block:\n    - block:\n        - slurp:\n  rescue:\n    - ping:'), [])
})

test('a role may lie beside the playbook, too, after the folders for roles', async () => {
  const own = { 'site.yml': '- hosts: all\n  roles: [own]\n', 'own/tasks/main.yml': '- ping:\n' }
  assert.equal((await load(own)).problems, [])
})

test('a file that is not there is told before the run, unless it may come by then or its lack is expected', async () => {
  const problem = /there is no file 'gone'/
  const told = async (text: string) => (await load(yaml(text))).problems
  const copy = '- copy: {src: gone, dest: /a}'
  assert.match(String(await told(copy)), problem)
  assert.match(String(await told(`- command: make gone\n${copy}`)), problem)
  assert.match(String(await told(`${copy}\n- command: make gone\n  delegate_to: localhost`)), problem)
  assert.equal(await told(`- command: make gone\n  delegate_to: localhost\n${copy}`), [])
  assert.equal(await told(`- fetch: {src: /a, dest: gone, flat: true}\n${copy}`), [])
  assert.equal(await told(`${copy}\n  ignore_errors: true`), [])
})

test('a module from library/ is found by its name', async () => {
  const { plays, problems } = await load({
    ...yaml('- motd: {text: hi}\n- motd: {txt: hi}'),
    'library/motd.ts':
      "export default { name: 'motd', doc: '', args: { text: { type: 'str', doc: '' } }, plan: () => ({ changes: [], steps: [] }) }\n",
  })
  assert.is(plays.length, 1)
  assert.equal(problems, ["site.yml:4:7: motd has no parameter 'txt'; did you mean 'text'? (it has: text)"])
})

async function loadLeniently(files: Readonly<Record<string, string>>) {
  return load(files, { strict: false })
}

const doubtful: readonly [string, string, RegExp][] = [
  ['an unknown parameter', '- file: {path: /x, stat: directory}', /file has no parameter 'stat'/],
  ['a choice that does not exist', '- file: {path: /x, state: fiel}', /state is "fiel"/],
  ['a module of a collection', '- a.b.c: {x: 1}', /playscript has no module a\.b\.c/],
  ['a module for other systems', '- dnf: {name: x}', /playscript has no module dnf/],
  ['a template that does not parse', '- debug: {msg: "{{ a b }}"}', /expected/],
  ['a filter that does not exist', `- debug: {msg: "{{ 'a' | my.own.filter }}"}`, /my\.own\.filter/],
  ['a file that does not exist', '- template: {src: nope.j2, dest: /x}', /there is no file 'nope\.j2'/],
  ['a handler that does not exist', '- ping:\n  notify: nobody', /handler 'nobody' was not found/],
]
for (const [name, tasks, message] of doubtful) {
  test(`${name} only fails its task in YAML, unless strict is asked for`, async () => {
    const lenient = await loadLeniently(yaml(tasks))
    assert.equal(lenient.problems, [])
    assert.is(lenient.doubts.length, 1)
    assert.match(String(lenient.doubts), message)
    const strict = await load(yaml(tasks))
    assert.match(String(strict.problems), message)
    assert.equal(strict.doubts, [])
  })
}

test('in TypeScript such an error always refuses the playbook', async () => {
  const { problems, doubts } = await loadLeniently(code("      { file: { path: '/x', stat: 'directory' } },"))
  assert.match(String(problems), /file has no parameter 'stat'/)
  assert.equal(doubts, [])
})

const refused: readonly [string, string][] = [
  ['a name that is neither a module nor a keyword', '- foo_custom: {name: x}\n  when: false'],
  ['an import that does not exist', '- import_tasks: nowhere.yml\n  when: false'],
  ['a loop that does not exist', '- ping:\n  with_nosuch: [1]'],
]
for (const [name, tasks] of refused) {
  test(`${name} refuses the playbook, as in Ansible`, async () => {
    assert.is((await loadLeniently(yaml(tasks))).problems.length, 1)
  })
}

test('parameters of Ansible that do nothing here are accepted', async () => {
  const tasks = [
    '- copy: {content: x, dest: /x, setype: etc_t, unsafe_writes: false, attributes: +i}',
    '- fetch: {src: /x, dest: /y, mode: "0644"}',
    '- command: echo hi\n  args: {warn: false}',
  ].join('\n')
  const { problems, warnings } = await load(yaml(tasks))
  assert.equal(problems, [])
  assert.equal(
    warnings.map((one) => one.split(' is ignored')[0]),
    ['copy: setype', 'copy: attributes', 'fetch: mode'],
  )
})

test('a module in another language loads, and is skipped or fails when it is reached', async () => {
  const files = { ...yaml('- custom: {x: 1}\n  when: false'), 'library/custom.py': 'import sys\n' }
  const { problems, doubts } = await loadLeniently(files)
  assert.equal(problems, [])
  assert.match(String(doubts), /site\.yml:3:7: playscript cannot run \/library\/custom\.py/)
})

test('integers beyond what JavaScript counts exactly load anywhere', async () => {
  const files = {
    'site.yml':
      '- hosts: all\n  vars: {big: 12345678901234567890}\n  roles: [{role: r, size: 12345678901234567890}]\n',
    'roles/r/tasks/main.yml': '- debug: {msg: "{{ size }}"}\n  vars: {other: 12345678901234567890}\n',
  }
  assert.equal((await loadLeniently(files)).problems, [])
  const wrong = await loadLeniently(yaml('- ping:\n  become: 12345678901234567890'))
  assert.match(String(wrong.problems), /become is 12345678901234567890; it must be true or false/)
})

test('parameters that may render to omit are not taken for rivals', async () => {
  const task = (executable: string) => `- pip: {name: x, virtualenv: "{{ omit }}", executable: ${executable}}`
  assert.equal((await load(yaml(task('"{{ omit }}"')))).problems, [])
  const certain = '- pip: {name: x, virtualenv: /v, executable: pip3}'
  assert.match(String((await load(yaml(certain))).problems), /mutually exclusive/)
})

test('names of imports may begin with playbook_dir or role_path', async () => {
  const { problems } = await load({
    'site.yml':
      '- hosts: all\n  roles: [r]\n  tasks:\n    - import_tasks: "{{ playbook_dir }}/roles/r/tasks/x.yml"\n',
    'roles/r/tasks/main.yml': '- import_tasks: "{{ role_path }}/tasks/x.yml"\n',
    'roles/r/tasks/x.yml': '- ping:\n',
  })
  assert.equal(problems, [])
})

test('the dependency of a role may stand next to it', async () => {
  const { problems } = await load({
    'site.yml': '- hosts: all\n  roles: [more/one]\n',
    'more/one/meta/main.yml': 'dependencies: [two]\n',
    'more/one/tasks/main.yml': '- ping:\n',
    'more/two/tasks/main.yml': '- ping:\n',
  })
  assert.equal(problems, [])
})

test.run()
