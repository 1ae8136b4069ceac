import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadSettings } from '../../../src/cli/config/load.ts'
import type { SettingName } from '../../../src/cli/config/settings.ts'

const test = suite('ansible-config')

/** Ansible's names of settings for ours, where the two are to be the same. */
const NAMES: Readonly<Partial<Record<SettingName, string>>> = {
  inventory: 'DEFAULT_HOST_LIST',
  roles_path: 'DEFAULT_ROLES_PATH',
  library: 'DEFAULT_MODULE_PATH',
  forks: 'DEFAULT_FORKS',
  gathering: 'DEFAULT_GATHERING',
  gather_subset: 'DEFAULT_GATHER_SUBSET',
  fact_caching: 'CACHE_PLUGIN',
  fact_caching_timeout: 'CACHE_PLUGIN_TIMEOUT',
  hash_behaviour: 'DEFAULT_HASH_BEHAVIOUR',
  host_key_checking: 'HOST_KEY_CHECKING',
  timeout: 'DEFAULT_TIMEOUT',
  remote_user: 'DEFAULT_REMOTE_USER',
  remote_port: 'DEFAULT_REMOTE_PORT',
  private_key_file: 'DEFAULT_PRIVATE_KEY_FILE',
  become: 'DEFAULT_BECOME',
  become_flags: 'DEFAULT_BECOME_FLAGS',
  vault_identity_list: 'DEFAULT_VAULT_IDENTITY_LIST',
  log_path: 'DEFAULT_LOG_PATH',
  verbosity: 'DEFAULT_VERBOSITY',
  diff_always: 'DIFF_ALWAYS',
  ansible_managed: 'DEFAULT_MANAGED_STR',
  host_pattern_mismatch: 'HOST_PATTERN_MISMATCH',
  tags_skip: 'TAGS_SKIP',
}

const CONFIG = `# settings
[defaults]
forks: 7
Inventory = a, ./b
roles_path = ./r:$HOME/x:~/y
library = lib
gathering=explicit
gather_subset = !all,
   min
fact_caching = jsonfile
fact_caching_timeout = 3600
host_key_checking = No
hash_behaviour = replace
remote_user = "q u" ; comment
remote_port = 22
private_key_file = ~/.ssh/id#1
vault_identity_list = a@b, c@d
log_path = {{CWD}}/x/../y.log
ansible_managed = by us; %Y {file}
verbosity = 2
[privilege_escalation]
become=1
become_flags = -H -S
[diff]
always: on
[inventory]
host_pattern_mismatch = ignore
[tags]
skip = 'slow', "very slow"
`

// What `ansible-config dump --format json` of ansible-core 2.14 makes of the file, in the folder HOME.
const RECORDED: Readonly<Record<string, unknown>> = {
  DEFAULT_HOST_LIST: ['HOME/a', 'HOME/b'],
  DEFAULT_ROLES_PATH: ['HOME/r', 'HOME/x', 'HOME/y'],
  DEFAULT_MODULE_PATH: ['HOME/m', 'HOME/n'],
  DEFAULT_FORKS: 7,
  DEFAULT_GATHERING: 'explicit',
  DEFAULT_GATHER_SUBSET: ['!all', 'min'],
  CACHE_PLUGIN: 'jsonfile',
  CACHE_PLUGIN_TIMEOUT: 3600,
  DEFAULT_HASH_BEHAVIOUR: 'merge',
  HOST_KEY_CHECKING: false,
  DEFAULT_TIMEOUT: 33,
  DEFAULT_REMOTE_USER: 'q u',
  DEFAULT_REMOTE_PORT: 22,
  DEFAULT_PRIVATE_KEY_FILE: 'HOME/.ssh/id#1',
  DEFAULT_BECOME: true,
  DEFAULT_BECOME_FLAGS: '-H -S',
  DEFAULT_VAULT_IDENTITY_LIST: ['a@b', 'c@d'],
  DEFAULT_LOG_PATH: 'HOME/y.log',
  DEFAULT_VERBOSITY: 2,
  DIFF_ALWAYS: true,
  DEFAULT_MANAGED_STR: 'by us; %Y {file}',
  HOST_PATTERN_MISMATCH: 'ignore',
  TAGS_SKIP: ['slow', 'very slow'],
}

test('what Ansible reads is read', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-ansible-config-'))
  const env = {
    HOME: dir,
    ANSIBLE_TIMEOUT: '33',
    ANSIBLE_HASH_BEHAVIOUR: 'merge',
    ANSIBLE_LIBRARY: 'm:~/n',
  }
  try {
    writeFileSync(join(dir, 'ansible.cfg'), CONFIG)
    const { settings, warnings } = await loadSettings({ cwd: dir, env, home: dir })
    const names = Object.keys(NAMES) as SettingName[]
    const read = Object.fromEntries(names.map((name) => [NAMES[name], settings[name]]))
    assert.equal(JSON.parse(JSON.stringify(read).replaceAll(dir, 'HOME')), RECORDED)
    assert.equal(warnings, [])
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test.run()
