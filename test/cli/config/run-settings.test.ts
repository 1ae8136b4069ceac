import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadSettings } from '../../../src/cli/config/load.ts'
import { playDefaults, runSettings, unfollowed } from '../../../src/cli/config/run-settings.ts'
import { connectionDefaults } from '../../../src/cli/connection-defaults.ts'
import type { Io } from '../../../src/cli/io.ts'
import { parseOptions } from '../../../src/cli/options.ts'
import { firstPlay } from '../../../src/cli/work.ts'
import { becomeOf, settingsOf } from '../../../src/engine/connection-settings.ts'
import { loadPlaybook } from '../../../src/playbook/load-playbook.ts'
import { tasksOf } from '../../../src/playbook/model.ts'
import { readSource } from '../../../src/playbook/source.ts'

const test = suite('settings of a run')

type Env = Readonly<Record<string, string>>
const settingsFrom = async (env: Env) =>
  (await loadSettings({ cwd: '/nowhere', env, home: '/home/me' }, '/nowhere/ansible.cfg')).settings

const defaults: readonly [string, Env, Readonly<Record<string, unknown>>][] = [
  ['nothing set', {}, { strategy: 'linear' }],
  ['explicit gathering', { ANSIBLE_GATHERING: 'explicit' }, { strategy: 'linear', gather_facts: false }],
  ['smart gathering', { ANSIBLE_GATHERING: 'smart' }, { strategy: 'linear' }],
  [
    'keywords',
    {
      ANSIBLE_STRATEGY: 'free',
      ANSIBLE_ANY_ERRORS_FATAL: '1',
      ANSIBLE_NO_LOG: 'yes',
      ANSIBLE_FORCE_HANDLERS: 'true',
      ANSIBLE_TASK_TIMEOUT: '7',
    },
    { strategy: 'free', any_errors_fatal: true, no_log: true, force_handlers: true, timeout: 7 },
  ],
]
for (const [name, env, expected] of defaults) {
  test(`plays: ${name}`, async () => assert.equal(playDefaults(await settingsFrom(env)), expected))
}

test('the first play, before its files are loaded, has what settings say where it says nothing', async () => {
  const settings = await settingsFrom({ ANSIBLE_GATHERING: 'explicit' })
  const source = (value: unknown) => ({ file: 'p.yml', dir: '/', value, locate: () => ({ file: 'p.yml' }) })
  const first = (value: unknown) => firstPlay({ source: source(value), settings })
  assert.is(first([{ hosts: 'all' }])?.gather_facts, false)
  assert.is(first([{ hosts: 'all', gather_facts: true }, { hosts: 'none' }])?.gather_facts, true)
  assert.is(first([]), undefined)
  assert.is(first('no list'), undefined)
})

test('plays take keywords and modules from the settings where they have none of their own', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-plays-'))
  try {
    mkdirSync(join(dir, 'more'))
    const module = `export const motd = { name: 'motd', doc: '', args: {}, local: true, plan: () => ({ changes: [], steps: [] }) }\n`
    writeFileSync(join(dir, 'more', 'motd.ts'), module)
    const own =
      '- hosts: all\n  gather_facts: true\n  strategy: linear\n  no_log: false\n  tasks: [{motd: {}}]\n'
    writeFileSync(
      join(dir, 'plays.yml'),
      `${own}- hosts: all\n  tasks: [{motd: {}}]\n- hosts: all\n  hots: x\n`,
    )
    const env = { ANSIBLE_GATHERING: 'explicit', ANSIBLE_STRATEGY: 'free', ANSIBLE_NO_LOG: '1' }
    const { plays, problems } = await loadPlaybook(await readSource(join(dir, 'plays.yml')), {
      rolesPath: [],
      libraryPath: [join(dir, 'more')],
      playDefaults: playDefaults(await settingsFrom(env)),
    })
    const seen = plays.slice(0, 2).map((play) => {
      const tasks = [...tasksOf(play.sections.flat())]
      return [play.gather_facts, play.strategy, tasks.map((task) => task.no_log), play.at.line]
    })
    assert.equal(seen, [
      [true, 'linear', [false], 1],
      [false, 'free', [true], 6],
    ])
    assert.equal(
      problems.list.map((problem) => [problem.message, problem.at?.line]),
      [["'hots' is no keyword of a play; did you mean 'hosts'?", 9]],
    )
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('what the engine is told', async () => {
  const env = {
    ANSIBLE_GATHERING: 'smart',
    ANSIBLE_GATHER_SUBSET: 'min',
    ANSIBLE_GATHER_TIMEOUT: '4',
    ANSIBLE_INJECT_FACT_VARS: 'no',
    ANSIBLE_HASH_BEHAVIOUR: 'merge',
    ANSIBLE_HOST_PATTERN_MISMATCH: 'ignore',
    ANSIBLE_JINJA2_NATIVE: 'yes',
  }
  const { factCache, ...rest } = runSettings(await settingsFrom(env), assert.unreachable)
  assert.equal(rest, {
    gathering: { smart: true, args: { gather_subset: ['min'], gather_timeout: 4 } },
    injectFacts: false,
    dictionaries: 'merge',
    hostPatternMismatch: 'ignore',
    missingHandler: 'error',
    ansibleManaged: undefined,
    duplicateKeys: 'warn',
    nativeWords: true,
  })
  assert.is(factCache?.read('one'), undefined)
})

test('what cannot be followed is told, what can is not', async () => {
  assert.equal(unfollowed(await settingsFrom({ ANSIBLE_STDOUT_CALLBACK: 'ansible.builtin.default' })), [])
  assert.equal(unfollowed(await settingsFrom({ ANSIBLE_STDOUT_CALLBACK: 'json' })), [])
  const env = {
    ANSIBLE_JINJA2_NATIVE: '0',
    ANSIBLE_STDOUT_CALLBACK: 'dense',
    ANSIBLE_ERROR_ON_UNDEFINED_VARS: '0',
  }
  assert.is(unfollowed(await settingsFrom(env)).length, 3)
})

const SSH: Env = {
  ANSIBLE_REMOTE_USER: 'file-user',
  ANSIBLE_REMOTE_PORT: '2222',
  ANSIBLE_PRIVATE_KEY_FILE: '~/key',
  ANSIBLE_HOST_KEY_CHECKING: 'no',
  ANSIBLE_SSH_ARGS: '-o A=1',
  ANSIBLE_SSH_COMMON_ARGS: '-o B=2',
  ANSIBLE_SSH_EXTRA_ARGS: '-o C=3',
  ANSIBLE_TIMEOUT: '5',
  ANSIBLE_TRANSPORT: 'openssh',
  ANSIBLE_EXECUTABLE: '/bin/dash',
  ANSIBLE_BECOME: 'yes',
  ANSIBLE_BECOME_USER: 'app',
  ANSIBLE_BECOME_METHOD: 'doas',
  ANSIBLE_BECOME_FLAGS: '-n',
}
const fromSsh = {
  user: 'file-user',
  port: 2222,
  privateKeyFile: '/home/me/key',
  hostKeyChecking: false,
  sshArgs: '-o A=1 -o B=2 -o C=3',
  connectTimeout: 5,
  kind: 'openssh',
  shellExecutable: '/bin/dash',
  become: { user: 'app', method: 'doas', flags: '-n' },
}
const reached: readonly [string, readonly string[], Env, object, object, object][] = [
  ['settings alone', [], {}, {}, {}, fromSsh],
  [
    'flags win over settings',
    [
      '-u',
      'flag',
      '-T',
      '3',
      '--private-key',
      '/k',
      '-c',
      'ssh',
      '--become-user',
      'b',
      '--become-method',
      'su',
    ],
    {},
    {},
    {},
    {
      ...fromSsh,
      user: 'flag',
      connectTimeout: 3,
      privateKeyFile: '/k',
      kind: 'ssh',
      become: { user: 'b', method: 'su', flags: '-n' },
    },
  ],
  [
    'keywords over flags, variables over keywords',
    ['-u', 'flag', '--become-user', 'b'],
    {},
    { remote_user: 'keyword', port: 3333, become_user: 'c' },
    { ansible_port: 4444, ansible_host_key_checking: 'yes', ansible_ssh_args: '-o D=4' },
    {
      ...fromSsh,
      user: 'keyword',
      port: 4444,
      hostKeyChecking: true,
      sshArgs: '-o D=4 -o B=2 -o C=3',
      become: { user: 'c', method: 'doas', flags: '-n' },
    },
  ],
]
for (const [name, argv, more, keywords, variables, expected] of reached) {
  test(`connections: ${name}`, async () => {
    const settings = await settingsFrom({ ...SSH, ...more })
    const io = { err: assert.unreachable } as unknown as Io
    const given = await connectionDefaults(parseOptions(argv).options, settings, io)
    const values = new Map(Object.entries(variables))
    const scope = {
      has: (key: string) => values.has(key),
      get: (key: string) => values.get(key),
      names: () => [],
    }
    const request = { host: 'one', scope, trusted: scope, keywords }
    const { user, port, privateKeyFile, hostKeyChecking, sshArgs, connectTimeout, kind, shellExecutable } =
      settingsOf(request, given)
    const { user: become, method, flags } = becomeOf(request, given) ?? {}
    assert.equal(
      {
        user,
        port,
        privateKeyFile,
        hostKeyChecking,
        sshArgs,
        connectTimeout,
        kind,
        shellExecutable,
        become: { user: become, method, flags },
      },
      expected,
    )
  })
}

test.run()
