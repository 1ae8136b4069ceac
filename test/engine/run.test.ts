import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Play } from '../../src/playbook/types.ts'
import { type RunSettings, runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('run')

interface Case {
  readonly name: string
  readonly play: Partial<Play>
  readonly settings?: RunSettings
  /** What is printed of each task, in order. */
  readonly lines: readonly string[]
  readonly exitCode?: number
}

const two = { hosts: ['one', 'two'] }
const cases: readonly Case[] = [
  {
    name: 'a condition decides for each host',
    play: { tasks: [{ name: 't', ping: null, when: "inventory_hostname == 'one'" }] },
    settings: { ...two, forks: 1 },
    lines: ['ok one t', 'skipped two t'],
  },
  {
    name: 'a list of conditions is an and, functions among them',
    play: { vars: { n: 2 }, tasks: [{ name: 't', ping: null, when: ['n == 2', (v) => v.n > 2] }] },
    lines: ['skipped one t'],
  },
  {
    name: 'a failed host runs no further task, the others go on',
    play: {
      tasks: [
        { name: 'f', fail: { msg: 'no' }, when: "inventory_hostname == 'one'" },
        { name: 't', ping: null },
      ],
    },
    settings: { ...two, forks: 1 },
    lines: ['failed one f', 'skipped two f', 'ok two t'],
    exitCode: 2,
  },
  {
    name: 'an ignored failure goes on',
    play: {
      tasks: [
        { name: 'f', command: 'false', ignore_errors: true },
        { name: 't', ping: null },
      ],
    },
    lines: ['failed one f ignored', 'ok one t'],
  },
  {
    name: 'failed_when and changed_when have the last word',
    play: {
      tasks: [
        { name: 'a', command: 'false', register: 'r', failed_when: 'r.rc == 7', changed_when: 'r.rc == 1' },
        { name: 'b', command: 'true', changed_when: false },
        { name: 'c', command: 'echo bad', failed_when: (_v, result) => result.stdout === 'bad' },
      ],
    },
    lines: ['changed one a', 'ok one b', 'failed one c'],
    exitCode: 2,
  },
  {
    name: 'handlers run once, in the order of definition, at the end',
    play: {
      tasks: [
        { name: 'a', command: 'true', notify: ['second', 'first'] },
        { name: 'b', command: 'true', notify: 'first' },
        { name: 'c', ping: null, notify: 'third' },
      ],
      handlers: [
        { name: 'first', ping: null },
        { name: 'second', ping: null },
        { name: 'third', ping: null },
      ],
    },
    lines: ['changed one a', 'changed one b', 'ok one c', 'ok one first', 'ok one second'],
  },
  {
    name: 'each section ends with its handlers',
    play: {
      pre_tasks: [{ name: 'pre', command: 'true', notify: 'h' }],
      tasks: [{ name: 'main', command: 'true', notify: 'h' }],
      post_tasks: [{ name: 'post', ping: null }],
      handlers: [{ name: 'h', ping: null }],
    },
    lines: ['changed one pre', 'ok one h', 'changed one main', 'ok one h', 'ok one post'],
  },
  {
    name: 'meta: flush_handlers runs them at once; listen takes a topic',
    play: {
      tasks: [
        { name: 'a', command: 'true', notify: 'topic' },
        { meta: 'flush_handlers' },
        { name: 'b', ping: null },
      ],
      handlers: [
        { name: 'x', ping: null, listen: 'topic' },
        { name: 'y', ping: null, listen: 'topic' },
      ],
    },
    lines: ['changed one a', 'ok one x', 'ok one y', 'ok one b'],
  },
  {
    name: 'a handler that a handler notifies runs when it stands further down',
    play: {
      tasks: [{ name: 'a', command: 'true', notify: 'h1' }],
      handlers: [
        { name: 'h1', command: 'true', notify: 'h2' },
        { name: 'h2', ping: null },
      ],
    },
    lines: ['changed one a', 'changed one h1', 'ok one h2'],
  },
  {
    name: 'a host that failed runs no handlers, unless they are forced',
    play: {
      force_handlers: true,
      tasks: [
        { name: 'a', command: 'true', notify: 'h' },
        { name: 'f', command: 'false' },
      ],
      handlers: [{ name: 'h', ping: null }],
    },
    lines: ['changed one a', 'failed one f', 'ok one h'],
    exitCode: 2,
  },
  {
    name: 'a rescue takes a failure up, always runs in any case',
    play: {
      tasks: [
        {
          block: [
            { name: 'f', command: 'false' },
            { name: 'not reached', ping: null },
          ],
          rescue: [
            { name: 'r', debug: { msg: '{{ ansible_failed_task.name }} {{ ansible_failed_result.rc }}' } },
          ],
          always: [{ name: 'a', ping: null }],
        },
        { name: 'after', ping: null },
      ],
    },
    lines: ['failed one f', 'ok one r', 'ok one a', 'ok one after'],
  },
  {
    name: 'without a rescue always runs and the host has failed',
    play: {
      tasks: [
        { block: [{ name: 'f', command: 'false' }], always: [{ name: 'a', ping: null }] },
        { name: 'after', ping: null },
      ],
    },
    lines: ['failed one f', 'ok one a'],
    exitCode: 2,
  },
  {
    name: 'tags select, and are inherited by what is inside',
    play: {
      tasks: [
        { tags: ['x'], block: [{ name: 'in', ping: null }] },
        { name: 'out', ping: null },
        { name: 'always', ping: null, tags: 'always' },
        { name: 'never', ping: null, tags: ['never', 'y'] },
      ],
    },
    settings: { tags: { only: ['x'], skip: [] } },
    lines: ['ok one in', 'ok one always'],
  },
  {
    name: 'run_once runs on the first host and counts for all',
    play: {
      tasks: [
        { name: 'o', command: 'echo {{ inventory_hostname }}', run_once: true, register: 'r' },
        { name: 't', debug: { msg: '{{ r.stdout }}' } },
      ],
    },
    settings: { ...two, forks: 1 },
    lines: ['changed one o', 'ok one t', 'ok two t'],
  },
  {
    name: 'a loop reports each item; its result is theirs together',
    play: {
      tasks: [
        { name: 'l', command: 'echo {{ item }}', loop: ['a', 'b'], when: "item != 'a'", register: 'r' },
        { name: 'n', debug: { msg: "{{ r.results | map(attribute='skipped', default=false) | list }}" } },
        { name: 'e', ping: null, loop: [] },
      ],
    },
    lines: ['skipped one l (a)', 'changed one l (b)', 'changed one l', 'ok one n', 'skipped one e'],
  },
  {
    name: 'until tries again',
    play: {
      tasks: [
        {
          name: 'u',
          command: 'sh -c "echo x >>{{ playbook_dir }}/n; wc -l <{{ playbook_dir }}/n"',
          register: 'r',
          until: 'r.stdout | trim == "3"',
          retries: 4,
          delay: 0,
        },
        { name: 'v', assert: { that: ['r.attempts == 3'] } },
      ],
    },
    lines: ['changed one u', 'ok one v'],
  },
  {
    name: 'serial runs batch after batch',
    play: {
      serial: 1,
      tasks: [
        { name: 'a', ping: null },
        { name: 'b', ping: null },
      ],
    },
    settings: two,
    lines: ['ok one a', 'ok one b', 'ok two a', 'ok two b'],
  },
  {
    name: 'max_fail_percentage ends the play',
    play: {
      max_fail_percentage: 40,
      tasks: [
        { name: 'f', fail: { msg: 'x' }, when: "inventory_hostname == 'one'" },
        { name: 't', ping: null },
      ],
    },
    settings: { ...two, forks: 1 },
    lines: ['failed one f', 'skipped two f'],
    exitCode: 2,
  },
  {
    name: 'any_errors_fatal ends the play on all hosts, and may depend on variables',
    play: {
      vars: { fatal: true },
      any_errors_fatal: '{{ fatal }}',
      tasks: [
        { name: 'f', fail: { msg: 'x' }, when: "inventory_hostname == 'one'" },
        { name: 't', ping: null },
      ],
    },
    settings: { ...two, forks: 1 },
    lines: ['failed one f', 'skipped two f'],
    exitCode: 2,
  },
  {
    name: 'end_host ends one host, and well',
    play: {
      tasks: [
        { meta: 'end_host', when: "inventory_hostname == 'one'" },
        { name: 't', ping: null },
      ],
    },
    settings: two,
    lines: ['ok two t'],
  },
]

for (const { name, play, settings = {}, lines, exitCode = 0 } of cases) {
  test(name, async () => {
    const ran = await runPlaybook([play], settings)
    assert.equal(ran.lines, lines)
    assert.is(ran.exitCode, exitCode)
  })
}

const files = {
  'tasks/one.yml': "- name: in one\n  debug: {msg: '{{ given | default(0) }} {{ item | default(0) }}'}\n",
  'tasks/two.yml': '- name: in two\n  command: "true"\n  notify: h\n',
  'roles/r/tasks/main.yml':
    "- name: of r\n  debug: {msg: '{{ own }}'}\n- meta: end_role\n- name: not reached\n  ping:\n",
  'roles/r/defaults/main.yml': 'own: default\n',
}
const includes: readonly Case[] = [
  {
    name: 'include_tasks names its file by host, and runs it once for those that mean the same',
    play: {
      tasks: [
        { name: 'i', include_tasks: "tasks/{{ 'one' if inventory_hostname == 'one' else 'two' }}.yml" },
      ],
      handlers: [{ name: 'h', ping: null }],
    },
    settings: { ...two, files },
    lines: ['ok one in one', 'changed two in two', 'ok two h'],
  },
  {
    name: 'include_tasks loops, and its vars and item reach what it includes',
    play: {
      tasks: [
        {
          name: 'i',
          include_tasks: 'tasks/one.yml',
          loop: ['a', 'b'],
          vars: { given: 7 },
          when: "item != 'a'",
        },
      ],
    },
    settings: { files },
    lines: ['skipped one i (a)', 'ok one in one'],
  },
  {
    name: 'include_role runs a role, and its variables stay its own',
    play: {
      tasks: [
        { include_role: { name: 'r' } },
        { name: 'after', debug: { msg: "{{ own | default('none') }}" } },
      ],
    },
    settings: { files },
    lines: ['ok one r : of r', 'ok one after'],
  },
  {
    name: 'a file that is not there fails the host',
    play: {
      tasks: [
        { name: 'i', include_tasks: 'tasks/none.yml' },
        { name: 'after', ping: null },
      ],
    },
    settings: { files },
    lines: ['failed one i'],
    exitCode: 2,
  },
  {
    name: 'free lets each host go its own pace',
    play: {
      strategy: 'free',
      tasks: [
        { name: 'a', command: 'sh -c "[ {{ inventory_hostname }} = two ] || sleep 0.4"' },
        { name: 'b', ping: null },
      ],
    },
    settings: two,
    lines: ['changed two a', 'ok two b', 'changed one a', 'ok one b'],
  },
  {
    name: 'module_defaults stand in for parameters that are not given',
    play: {
      module_defaults: { debug: { msg: 'default' } },
      tasks: [
        { name: 'd', debug: null },
        { name: 'e', debug: { msg: 'own' } },
      ],
    },
    lines: ['ok one d', 'ok one e'],
  },
]
for (const { name, play, settings = {}, lines, exitCode = 0 } of includes) {
  test(name, async () => {
    const ran = await runPlaybook([play], settings)
    assert.equal(ran.lines, lines)
    assert.is(ran.exitCode, exitCode)
  })
}

test('loops in the with_ form run any lookup', async () => {
  const ran = await runPlaybook([], {
    files: {
      'playbook.yml': `- hosts: all
  gather_facts: no
  connection: local
  tasks:
    - name: items
      debug: msg={{ item }}
      with_items: [1, [2, 3]]
    - name: dict
      debug: {msg: "{{ item.key }}={{ item.value }}"}
      with_dict: {a: 1}
    - name: sequence
      debug: {msg: "{{ item }}"}
      with_sequence: start=1 end=2
    - name: action
      action: debug msg="two words"
    - name: local
      local_action: command echo {{ inventory_hostname }}
`,
    },
    playbook: 'playbook.yml',
  })
  assert.equal(
    ran.lines.filter((line) => line.includes('(') || /action|local/.test(line)),
    [
      'ok one items (1)',
      'ok one items (2)',
      'ok one items (3)',
      'ok one dict ([object Object])',
      'ok one sequence (1)',
      'ok one sequence (2)',
      'ok one action',
      'changed one local',
    ],
  )
  assert.is(ran.fields('action').msg, 'two words')
  assert.is(ran.fields('local').stdout, 'one')
})

test('the variables of vars_prompt are asked for, once and before the play', async () => {
  const asked: string[] = []
  const ran = await runPlaybook(
    [
      {
        vars_prompt: [
          { name: 'who', prompt: 'Who?', private: false, default: 'nobody' },
          { name: 'given', prompt: 'not asked' },
        ],
        tasks: [{ name: 'd', debug: { msg: '{{ who }} {{ given }}' } }],
      },
    ],
    {
      ...two,
      extraVars: { given: 'x' },
      prompt: async (question) => {
        asked.push(question)
        return ''
      },
    },
  )
  assert.equal(asked, ['Who? [nobody]: '])
  assert.is(ran.fields('d', 'two').msg, 'nobody x')
})

test('hosts, name and serial of a play are rendered before its hosts are known', async () => {
  const ran = await runPlaybook(
    [
      {
        ...{ name: 'On {{ target }}', hosts: '{{ target }}', serial: '{{ at_once }}', vars: { at_once: 1 } },
        tasks: [{ name: 'd', debug: { msg: '{{ ansible_play_batch }}' } }],
      },
      { hosts: ['{{ groups.all | last }}'], tasks: [{ name: 'e', debug: { msg: 'x' } }] },
    ],
    { ...two, extraVars: { target: 'two,one' } },
  )
  assert.equal(ran.lines, ['ok two d', 'ok one d', 'ok two e'])
  assert.equal(ran.fields('d', 'one').msg, ['one'])
  const [play] = ran.events.filter((event) => event.kind === 'play')
  assert.is(play?.kind === 'play' && play.name, 'On two,one')
})

test('a failed host stays out of later plays', async () => {
  const ran = await runPlaybook([
    { tasks: [{ name: 'f', command: 'false' }] },
    { tasks: [{ name: 't', ping: null }] },
  ])
  assert.equal(ran.lines, ['failed one f'])
})

test('registered results and facts reach later plays and other hosts', async () => {
  const ran = await runPlaybook(
    [
      { tasks: [{ set_fact: { greeting: 'hello {{ inventory_hostname }}' } }] },
      { tasks: [{ name: 'd', debug: { msg: "{{ hostvars['one'].greeting }}" } }] },
    ],
    two,
  )
  assert.is(ran.fields('d', 'two').msg, 'hello one')
})

test('a delegated task works for its host with the variables of that host', async () => {
  const ran = await runPlaybook([
    {
      tasks: [
        { name: 'd', command: 'echo {{ inventory_hostname }}', delegate_to: 'localhost', register: 'r' },
        { name: 'm', debug: { msg: '{{ r.stdout }}' } },
      ],
    },
  ])
  assert.is(ran.fields('m').msg, 'one')
  const event = ran.events.find((one) => one.kind === 'result' && one.task.name === 'd')
  assert.is(event?.kind === 'result' && event.delegate, 'localhost')
})

test('environment of play, block and task join; the innermost wins', async () => {
  const ran = await runPlaybook([
    {
      environment: { A: 'play', B: 'play' },
      tasks: [
        {
          environment: { B: 'block', C: 'block' },
          block: [{ name: 'e', shell: 'echo $A $B $C', environment: { C: "it's {{ 1 + 1 }}" } }],
        },
      ],
    },
  ])
  assert.is(ran.fields('e').stdout, "play block it's 2")
})

test('check mode runs no command and predicts its result', async () => {
  const ran = await runPlaybook(
    [
      {
        tasks: [
          { name: 'c', command: 'touch {{ playbook_dir }}/made', register: 'r' },
          { name: 'r', debug: { msg: 'rc {{ r.rc }}' } },
          { name: 's', stat: { path: '{{ playbook_dir }}/made' } },
          { name: 'n', command: 'echo real', check_mode: false },
          { name: 'w', command: 'touch {{ playbook_dir }}/made', changed_when: true },
          { name: 'u', command: 'touch {{ playbook_dir }}/made', changed_when: [true, 'r.rc == 0'] },
          { name: 't', stat: { path: '{{ playbook_dir }}/made' } },
        ],
      },
    ],
    { check: true },
  )
  const known = ['skipped one c', 'ok one r', 'ok one s', 'changed one n']
  assert.equal(ran.lines, [...known, 'changed one w', 'skipped one u', 'ok one t'])
  assert.is((ran.fields('t').stat as { exists: boolean }).exists, false)
  assert.is((ran.fields('s').stat as { exists: boolean }).exists, false)
  assert.is(ran.fields('n').stdout, 'real')
})

test('wrong arguments fail the task in the words that playbooks compare with', async () => {
  const tasks = [
    { name: 'file', file: { state: 'hard' } },
    { name: 'copy', copy: { src: 'a' } },
    { name: 'none', command: null, args: { chdir: '/' } },
    { name: 'both', command: 'echo a', args: { argv: ['echo'] } },
  ].map((task) => ({ ...task, ignore_errors: true }))
  const ran = await runPlaybook([{ tasks: tasks as never }])
  assert.is(ran.fields('file').msg, 'missing required arguments: path')
  assert.is(ran.fields('copy').msg, 'dest is required')
  const { none, both } = { none: ran.fields('none'), both: ran.fields('both') }
  assert.equal([none.msg, none.rc], ['no command given', 256])
  assert.equal([both.msg, both.rc], ['only command or argv can be given, not both', 256])
})

test('what a host says is data for ever', async () => {
  const ran = await runPlaybook([
    {
      vars: { joined: '{{ r.stdout }}!' },
      tasks: [
        { name: 'c', command: { argv: ['printf', '%s', '{{ "{{ 7 * 7 }}" }}'] }, register: 'r' },
        { set_fact: { kept: '{{ r.stdout }}' } },
        { name: 'd', debug: { msg: '{{ r.stdout }} {{ kept }} {{ joined }} {{ hostvars.one.kept }}' } },
      ],
    },
  ])
  assert.is(ran.fields('d').msg, '{{ 7 * 7 }} {{ 7 * 7 }} {{ 7 * 7 }}! {{ 7 * 7 }}')
})

test('no_log hides what a task got and gave, and a secret parameter is masked wherever it shows', async () => {
  const ran = await runPlaybook([
    { vars: { pw: 'hunter2-secret' }, tasks: [{ name: 'n', command: 'echo {{ pw }}', no_log: true }] },
  ])
  assert.not.match(JSON.stringify(ran.events), /hunter2/)
  assert.ok(ran.fields('n').censored)
})

test.run()
