import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compile, convertText, format, inFolder } from './support.ts'

const test = suite('convert tasks')

/** What a list of one task in YAML becomes between `tasks([` and `])`. */
type Row = readonly [title: string, yaml: string, code: string]

const modules: readonly Row[] = [
  [
    'words of booleans become booleans',
    '- user: {name: x, system: yes, append: "no"}',
    "{ user: { name: 'x', system: true, append: false } }",
  ],
  ['octal modes become text', '- file: {path: /x, mode: 0644}', "{ file: { path: '/x', mode: '0644' } }"],
  [
    'modes that are text stay',
    '- file: {path: /x, mode: "u=rw,g=r"}',
    "{ file: { path: '/x', mode: 'u=rw,g=r' } }",
  ],
  [
    'numbers in text become numbers where one is asked for',
    '- user: {name: x, uid: "1000"}',
    "{ user: { name: 'x', uid: 1000 } }",
  ],
  [
    'templates stay text',
    '- user: {name: "{{ a }}", uid: "{{ b }} "}',
    "{ user: { name: '{{ a }}', uid: '{{ b }}' } }",
  ],
  [
    'a template that the types cannot see is cast',
    '- user: {name: x, system: "{% if a %}yes{% endif %}"}',
    "{ user: { name: 'x', system: '{% if a %}yes{% endif %}' as never } }",
  ],
  [
    'numbers in lists of text become text',
    '- user: {name: x, groups: [adm, 100]}',
    "{ user: { name: 'x', groups: ['adm', '100'] } }",
  ],
  ['parameters without a value go away', '- user:\n    name: x\n    shell:', "{ user: { name: 'x' } }"],
  ['aliases stay', '- file: {dest: /x, state: touch}', "{ file: { dest: '/x', state: 'touch' } }"],
  ['a module without parameters', '- ping:', '{ ping: null }'],
  ['the collection goes from built-in names', '- ansible.builtin.debug: {msg: x}', "{ debug: { msg: 'x' } }"],
  [
    'the short form',
    '- file: path=/x state=directory mode=0755 recurse=yes',
    "{ file: { path: '/x', state: 'directory', mode: '0755', recurse: true } }",
  ],
  [
    'the short form with quotes and templates',
    `- copy: dest=/x content="a b" owner={{ o if p else 'q' }}`,
    "{ copy: { dest: '/x', content: 'a b', owner: \"{{ o if p else 'q' }}\" } }",
  ],
  ['a command stays text', '- command: ls -l', "{ command: 'ls -l' }"],
  [
    'parameters move out of a command',
    '- shell: ls >x creates=x chdir=/tmp',
    "{ shell: { cmd: 'ls >x', creates: 'x', chdir: '/tmp' } }",
  ],
  ['args join a command', '- command: ls\n  args: {chdir: /}', "{ command: { cmd: 'ls', chdir: '/' } }"],
  ['args alone', '- command:\n  args: {argv: [ls, x]}', "{ command: { argv: ['ls', 'x'] } }"],
  [
    'args beside the short form',
    '- file: path=/x\n  args: {state: touch}',
    "{ file: { path: '/x', state: 'touch' } }",
  ],
  [
    'a script with parameters',
    '- script: run.sh --x creates=/y',
    "{ script: { cmd: 'run.sh --x', creates: '/y' } }",
  ],
  ['facts of the short form stay text', '- set_fact: a=yes', "{ set_fact: { a: 'yes' } }"],
  ['action', '- action: copy src=a dest=b', "{ copy: { src: 'a', dest: 'b' } }"],
  [
    'action as a dictionary',
    '- action: {module: copy, src: a, dest: b}',
    "{ copy: { src: 'a', dest: 'b' } }",
  ],
  ['local_action', '- local_action: command ls', "{ command: 'ls', delegate_to: 'localhost' }"],
]

const keywords: readonly Row[] = [
  [
    'words of booleans',
    '- ping:\n  become: "yes"\n  no_log: no',
    '{ ping: null, become: true, no_log: false }',
  ],
  ['numbers in text', '- ping:\n  retries: "3"', '{ ping: null, retries: 3 }'],
  ['tags that are numbers', '- ping:\n  tags: [1, a]', "{ ping: null, tags: ['1', 'a'] }"],
  ['keywords without a value go away', '- ping:\n  when:', '{ ping: null }'],
  [
    'a method of becoming that there is not',
    '- ping:\n  become_method: runas',
    "{ ping: null, become_method: 'runas' as never }",
  ],
  ['collections go away', '- ping:\n  collections: [a.b]', '{ ping: null }'],
]

const loops: readonly Row[] = [
  ['with_items of a list', '- ping:\n  with_items: [a, b]', "{ ping: null, loop: ['a', 'b'] }"],
  [
    'with_items opens lists',
    '- ping:\n  with_items: [1, [2, 3], {a: 4}]',
    '{ ping: null, loop: [1, 2, 3, { a: 4 }] }',
  ],
  [
    'with_items of a template',
    '- ping:\n  with_items: "{{ a.b }}"',
    "{ ping: null, loop: '{{ a.b | flatten(levels=1) }}' }",
  ],
  [
    'with_items of a condition',
    '- ping:\n  with_items: "{{ a if b else c }}"',
    "{ ping: null, loop: '{{ (a if b else c) | flatten(levels=1) }}' }",
  ],
  [
    'with_items of templates',
    `- ping:\n  with_items: ["{{ a }}", "it's"]`,
    "{ ping: null, loop: \"{{ [a, 'it\\\\'s'] | flatten(levels=1) }}\" }",
  ],
  ['with_list', '- ping:\n  with_list: [1, [2]]', '{ ping: null, loop: [1, [2]] }'],
  [
    'with_dict of a template',
    '- ping:\n  with_dict: "{{ d | default({}) }}"',
    "{ ping: null, loop: '{{ d | default({}) | dict2items }}' }",
  ],
  [
    'with_dict of a dictionary',
    '- ping:\n  with_dict: {a: 1}',
    "{ ping: null, loop: [{ key: 'a', value: 1 }] }",
  ],
  [
    'with_fileglob',
    '- ping:\n  with_fileglob: "{{ d }}/*.conf"',
    "{ ping: null, loop: \"{{ query('fileglob', d ~ '/*.conf') }}\" }",
  ],
  [
    'with_nested',
    '- ping:\n  with_nested: [[1, x], "{{ b }}"]',
    "{ ping: null, loop: \"{{ query('nested', [1, 'x'], b) }}\" }",
  ],
  [
    'a lookup whose terms are a variable',
    '- ping:\n  with_together: "{{ x }}"',
    '{ ping: null, loop: "{{ query(\'together\', *([x] | flatten(levels=1))) }}" }',
  ],
  [
    'with_subelements',
    '- ping:\n  with_subelements: ["{{ u }}", k, {skip_missing: yes}]',
    "{ ping: null, loop: \"{{ query('subelements', u, 'k', {'skip_missing': true}) }}\" }",
  ],
]

const places: readonly Row[] = [
  ['import_tasks', '- import_tasks: a.yml\n  tags: x', "{ import_tasks: 'a.ts', tags: 'x' }"],
  ['include_tasks with a template', '- include_tasks: "{{ os }}.yml"', "{ include_tasks: '{{ os }}.ts' }"],
  [
    'include_tasks over files',
    '- include_tasks: "{{ item }}"\n  loop: [a.yml]',
    "{ include_tasks: '{{ item }}', loop: ['a.ts'] }",
  ],
  [
    'a role in the short form',
    '- import_role: name=a tasks_from=b.yml',
    "{ import_role: { name: 'a', tasks_from: 'b' } }",
  ],
  [
    'a role included',
    '- include_role: {name: a, public: "yes"}',
    "{ include_role: { name: 'a', public: true } }",
  ],
  ['meta', '- meta: flush_handlers', "{ meta: 'flush_handlers' }"],
  [
    'blocks',
    '- block: [{ping: }]\n  always: [{debug: msg=x}]',
    "{ block: [{ ping: null }], always: [{ debug: { msg: 'x' } }] }",
  ],
]

for (const [title, yaml, code] of [...modules, ...keywords, ...loops, ...places]) {
  test(`${title}: ${yaml.replaceAll('\n', ' ')}`, async () => {
    const { text, notes } = await convertText(yaml)
    assert.is(text, `import { tasks } from 'playscript'\n\nexport default tasks([${code}])\n`)
    assert.equal(notes, [])
  })
}

test('all of them compile and are formatted', async () => {
  const rows = [...modules, ...keywords, ...loops, ...places]
  const { text } = await convertText(rows.map(([, yaml]) => yaml).join('\n'))
  assert.is(await format(text), text)
  await inFolder(
    { 'all.ts': text, 'wrong.ts': "import { tasks } from 'playscript'\ntasks([{ pong: null }])\n" },
    async (folder) => {
      const errors = await compile(folder)
      assert.is(errors.length, 1, errors.join('\n'))
      assert.match(errors[0] ?? '', /^wrong\.ts/)
    },
  )
})

const strange = `- name: Not here yet
  a.b.firewall: {port: 22}
  become: yes
- ping:
  async: 30
- file: {path: /x, stat: file, mode: "{{ m }}"}
- file: "{{ all }}"
- command: ls
  args: "{{ a }}"
- ping:
  environment: "{{ e }}"
  with_items: "{% for a in b %}{% endfor %}"
- meta: refresh_inventory
- 5
- copy: {dest: /x, mode: 644, content: !unsafe "{{ x }}"}
`

test('what playscript does not have, or what is wrong, compiles all the same and is told', async () => {
  const { text, notes } = await convertText(strange)
  assert.match(
    text,
    "  // playscript has no module a.b.firewall yet\n  { name: 'Not here yet', 'a.b.firewall': { port: 22 }, become: true } as Task,",
  )
  assert.is(notes[0], '1: playscript has no module a.b.firewall yet')
  assert.match(notes[1] ?? '', /^6: file has no parameter 'stat'/)
  assert.match(notes.at(-1) ?? '', "mode: 644 is a decimal number and means '01204'; was '0644' meant?")
  assert.is(await format(text), text)
  await inFolder({ 'strange.ts': text }, async (folder) => assert.equal(await compile(folder), []))
})

test('plays', async () => {
  const yaml = `# All of it.

- hosts: web
  gather_facts: "no"
  vars_files: a.yml
  gather_subset: "!all"
  strategy: free
  collections: [x.y]
  roles: [a, {name: b, become: "yes", port: 80}]   # both

  tasks:
    - debug: msg=x
- import_playbook: other.yml
`
  const { text } = await convertText(yaml, 'playbook')
  assert.is(
    text,
    `import { playbook } from 'playscript'

// All of it.
export default playbook(import.meta, [
  {
    hosts: 'web',
    gather_facts: false,
    vars_files: ['a.yml'],
    gather_subset: ['!all'],
    strategy: 'free',
    roles: ['a', { role: 'b', become: true, port: 80 }], // both

    tasks: [{ debug: { msg: 'x' } }],
  },
  { import_playbook: 'other.ts' } as never,
])
`,
  )
  const strange = await convertText(
    '- hosts: all\n  fact_path: /x\n  become: yes\n  tasks: [{a.b.c: x}]\n',
    'playbook',
  )
  assert.match(strange.text, "import { type Play, type Task, playbook } from 'playscript'")
  assert.equal(strange.notes, [
    '4: playscript has no module a.b.c yet',
    '1: the type of a play has no fact_path yet',
  ])
  await inFolder({ 'play.ts': text, 'strange.ts': strange.text }, async (folder) =>
    assert.equal(await compile(folder), []),
  )
})

test.run()
