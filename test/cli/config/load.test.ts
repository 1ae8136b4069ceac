import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findConfig } from '../../../src/cli/config/find.ts'
import { loadSettings } from '../../../src/cli/config/load.ts'
import type { Settings } from '../../../src/cli/config/settings.ts'

const test = suite('settings')

interface Place {
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** The mode of the current folder. */
  readonly mode?: number
}

/** A machine of its own in a folder, `DIR` in values: `work` is where the command runs, `home` and `etc` as named. */
async function at<T>(place: Place, look: (dir: string, around: Around) => T | Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-settings-'))
  const filled = (text: string) => text.replaceAll('DIR', dir)
  try {
    for (const folder of ['work', 'home', 'etc']) mkdirSync(join(dir, folder))
    for (const [path, content] of Object.entries(place.files ?? {})) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), filled(content))
    }
    if (place.mode !== undefined) chmodSync(join(dir, 'work'), place.mode)
    const env = Object.entries(place.env ?? {}).map(([name, value]) => [name, filled(value)])
    return await look(dir, { cwd: join(dir, 'work'), env: Object.fromEntries(env), home: join(dir, 'home') })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

type Around = Parameters<typeof findConfig>[0]

async function load(place: Place) {
  return at(place, async (dir, around) => {
    const loaded = await loadSettings(around, join(dir, 'etc', 'ansible.cfg'))
    const plain = JSON.parse(JSON.stringify(loaded).replaceAll(dir, 'DIR'))
    return { ...plain, settings: plain.settings as Settings, warnings: plain.warnings as string[] }
  })
}

const every = {
  'named/one.cfg': '',
  'work/ansible.cfg': '',
  'home/.ansible.cfg': '',
  'etc/ansible.cfg': '',
}
const { 'work/ansible.cfg': _work, ...elsewhere } = every
const searches: readonly [string, Place, string | undefined, RegExp | undefined][] = [
  [
    'the file that ANSIBLE_CONFIG names',
    { files: every, env: { ANSIBLE_CONFIG: '../named/one.cfg' } },
    'named/one.cfg',
    undefined,
  ],
  [
    'ansible.cfg in the folder that it names',
    { files: every, env: { ANSIBLE_CONFIG: 'DIR/work' } },
    'work/ansible.cfg',
    undefined,
  ],
  [
    'one that is not there is passed over',
    { files: every, env: { ANSIBLE_CONFIG: 'none.cfg' } },
    'work/ansible.cfg',
    /'none.cfg', which cannot be read/,
  ],
  ['then the current folder', { files: every }, 'work/ansible.cfg', undefined],
  ['then the user', { files: elsewhere }, 'home/.ansible.cfg', undefined],
  ['then the machine', { files: { 'etc/ansible.cfg': '' } }, 'etc/ansible.cfg', undefined],
  ['then nothing', {}, undefined, undefined],
  [
    'a folder that everyone may write to is refused',
    { files: every, mode: 0o777 },
    'home/.ansible.cfg',
    /work\/ansible.cfg is not read, because everyone may write to its folder/,
  ],
  ['a sticky one too', { files: every, mode: 0o1777 }, 'home/.ansible.cfg', /chmod o-w/],
  [
    'but not when it is named',
    { files: every, mode: 0o777, env: { ANSIBLE_CONFIG: 'ansible.cfg' } },
    'work/ansible.cfg',
    undefined,
  ],
  [
    'and without a file in it nothing is said',
    { files: elsewhere, mode: 0o777 },
    'home/.ansible.cfg',
    undefined,
  ],
]
for (const [name, place, expected, warning] of searches) {
  test(`search: ${name}`, async () => {
    await at(place, (dir, around) => {
      const { file, warnings } = findConfig(around, join(dir, 'etc', 'ansible.cfg'))
      assert.is(file, expected === undefined ? undefined : join(dir, expected))
      assert.is(warnings.length, warning === undefined ? 0 : 1)
      if (warning !== undefined) assert.match(String(warnings[0]), warning)
    })
  })
}

test('the null device stands for no settings at all', async () => {
  const { settings } = await load({
    files: { 'work/ansible.cfg': '[defaults]\nforks=3' },
    env: { ANSIBLE_CONFIG: '/dev/null' },
  })
  assert.is(settings.forks, 20)
})

const file = (text: string, env: Readonly<Record<string, string>> = {}): Place => ({
  files: { 'work/ansible.cfg': text },
  env,
})
const values: readonly [string, Place, Partial<Settings>][] = [
  [
    'defaults',
    {},
    {
      forks: 20,
      timeout: 10,
      gathering: 'implicit',
      fact_caching: 'memory',
      verbosity: 0,
      hash_behaviour: 'replace',
      host_key_checking: undefined,
      inventory: undefined,
    },
  ],
  ['the file wins over defaults', file('[defaults]\nforks = 3'), { forks: 3 }],
  ['the environment wins over the file', file('[defaults]\nforks = 3', { ANSIBLE_FORKS: '4' }), { forks: 4 }],
  [
    'what is set to nothing is not set',
    file('[defaults]\nforks = 3\ntimeout =', { ANSIBLE_FORKS: '' }),
    { forks: 3, timeout: 10 },
  ],
  [
    'yes and no in all spellings',
    file('[defaults]\nforce_handlers = On\nnocolor = 1\ndisplay_ok_hosts = FALSE\nhost_key_checking = no'),
    { force_handlers: true, nocolor: true, display_ok_hosts: false, host_key_checking: false },
  ],
  [
    'text without its quotes',
    file('[defaults]\nremote_user = "deploy"\nansible_managed = it\'s ours'),
    { remote_user: 'deploy', ansible_managed: "it's ours" },
  ],
  [
    'a list of words',
    file('[defaults]\ngather_subset = !all, network,\n  virtual'),
    { gather_subset: ['!all', 'network', 'virtual'] },
  ],
  [
    'paths start from the file',
    file('[defaults]\nlog_path = log/a.log\nroles_path = ./roles:~/r:/abs:$R/x', { R: '/var' }),
    { log_path: 'DIR/work/log/a.log', roles_path: ['DIR/work/roles', 'DIR/home/r', '/abs', '/var/x'] },
  ],
  [
    'also when it is in another folder',
    {
      files: { 'named/one.cfg': '[defaults]\ninventory = a, b/c' },
      env: { ANSIBLE_CONFIG: 'DIR/named/one.cfg' },
    },
    { inventory: ['DIR/named/a', 'DIR/named/b/c'] },
  ],
  [
    'in the environment from the current folder',
    { env: { ANSIBLE_INVENTORY: 'a,../b', ANSIBLE_ROLES_PATH: 'x:y' } },
    { inventory: ['DIR/work/a', 'DIR/b'], roles_path: ['DIR/work/x', 'DIR/work/y'] },
  ],
  [
    '{{CWD}} is the current folder',
    { files: { 'home/.ansible.cfg': '[defaults]\nlog_path = {{CWD}}/a.log' } },
    { log_path: 'DIR/work/a.log' },
  ],
  [
    'an unknown $NAME stays',
    file('[defaults]\nlog_path = /x/$NOPE/${NOPE}'),
    { log_path: '/x/$NOPE/${NOPE}' },
  ],
  [
    'other sections',
    file(
      '[privilege_escalation]\nbecome = true\nbecome_user = app\n[ssh_connection]\nssh_args = -o A=b ; c\n[diff]\nalways = yes\n[tags]\nskip = slow\n[inventory]\nhost_pattern_mismatch = error',
    ),
    {
      become: true,
      become_user: 'app',
      ssh_args: '-o A=b',
      diff_always: true,
      tags_skip: ['slow'],
      host_pattern_mismatch: 'error',
    },
  ],
  [
    'of two places the later in the table wins',
    file('[defaults]\nhost_key_checking = true\n[ssh_connection]\nhost_key_checking = false'),
    { host_key_checking: false },
  ],
]
for (const [name, place, expected] of values) {
  test(`values: ${name}`, async () => {
    const { settings, warnings } = await load(place)
    const found = Object.fromEntries(
      Object.keys(expected).map((key) => [key, settings[key as keyof Settings]]),
    )
    assert.equal(found, expected)
    assert.equal(warnings, [])
  })
}

const wrong: readonly [string, Place, RegExp][] = [
  [
    'a number',
    file('[defaults]\n\nforks = many'),
    /ansible\.cfg:3: forks in \[defaults\] is 'many'; it must be a number/,
  ],
  ['a number too small', { env: { ANSIBLE_FORKS: '0' } }, /^ANSIBLE_FORKS is '0'; it must be 1 or more/],
  ['a boolean', { env: { ANSIBLE_BECOME: 'maybe' } }, /^ANSIBLE_BECOME is 'maybe'; it must be a boolean/],
  [
    'a choice',
    { env: { ANSIBLE_GATHERING: 'explcit' } },
    /one of: implicit, explicit, smart; did you mean 'explicit'\?/,
  ],
  ['a file', file('forks = 3'), /ansible\.cfg:1: a setting must stand in a section/],
]
for (const [name, place, message] of wrong) {
  test(`${name} that is wrong is an error with its place`, async () => {
    const error = await load(place).then(
      () => undefined,
      (thrown) => thrown,
    )
    assert.is(error?.code, 'USAGE')
    assert.match(error.describe(), message)
  })
}

const notes: readonly [string, Place, readonly RegExp[]][] = [
  [
    'a misspelt one',
    file('[defaults]\nhost_key_cheking = false'),
    [
      /^ansible\.cfg: unknown setting host_key_cheking in \[defaults\] \(line 2\); did you mean 'host_key_checking'\?$/,
    ],
  ],
  [
    'one in the wrong section',
    file('[defaults]\nssh_args = -C'),
    [/unknown setting ssh_args .*; it belongs in \[ssh_connection\]/],
  ],
  [
    'a section',
    file('[default]\nforks = 1\ntimeout = 2'),
    [/^ansible\.cfg: unknown section \[default\]; did you mean 'defaults'\?$/],
  ],
  [
    'one that Ansible has and this has not',
    file('[defaults]\nfilter_plugins = ./f'),
    [/filter_plugins in \[defaults\] has no effect here/],
  ],
  [
    'a variable',
    { env: { ANSIBLE_HOST_KEY_CHEKING: '0' } },
    [/unknown variable ANSIBLE_HOST_KEY_CHEKING; did you mean 'ANSIBLE_HOST_KEY_CHECKING'/],
  ],
  [
    'those that mean nothing here are not',
    file(
      '[defaults]\nnocows = 1\npipelining = 1\ninterpreter_python = auto\nretry_files_enabled = 0\ncallbacks_enabled = timer\ndeprecation_warnings = no\n[colors]\nok = blue\n[callback_timer]\nx = 1',
      { ANSIBLE_NOCOWS: '1', ANSIBLE_PIPELINING: '1' },
    ),
    [],
  ],
]
for (const [name, place, expected] of notes) {
  test(`named once: ${name}`, async () => {
    const { warnings } = await load(place)
    assert.is(warnings.length, expected.length, warnings.join('\n'))
    for (const [index, pattern] of expected.entries()) assert.match(String(warnings[index]), pattern)
  })
}

test('the file of the post is read whole', async () => {
  const cwd = resolve('test/cli/config/fixtures/post')
  const { settings, warnings } = await loadSettings({ cwd, env: {}, home: '/home/me' })
  const { gathering, fact_caching, fact_caching_connection, fact_caching_timeout } = settings
  assert.equal(
    { gathering, fact_caching, fact_caching_connection, fact_caching_timeout },
    {
      gathering: 'explicit',
      fact_caching: 'jsonfile',
      fact_caching_connection: join(cwd, '.cache/facts'),
      fact_caching_timeout: 3600,
    },
  )
  assert.equal(settings.inventory, [join(cwd, 'inventory')])
  assert.equal(settings.roles_path, ['/home/me/.ansible/roles', join(cwd, 'roles')])
  assert.equal([settings.timeout, settings.verbosity], [5, 2])
  assert.is(settings.log_path, join(cwd, 'ansible.log'))
  assert.equal(warnings, [])
})

test.run()
