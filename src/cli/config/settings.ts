/** What the text of a setting is read as. */
export type SettingType = 'bool' | 'int' | 'str' | 'list' | 'path' | 'pathlist' | 'pathspec'

/** One setting: where it may be set, and what it holds. */
export interface Setting {
  readonly type: SettingType
  /** `section.key`; of several that are set the last one wins. */
  readonly ini: readonly string[]
  /** Variables of the environment; of several that are set the last one wins. */
  readonly env: readonly string[]
  readonly choices?: readonly string[]
  /** The smallest number that is allowed; 0 unless it says otherwise. */
  readonly least?: number
  /** As a file would write it. */
  readonly default?: string
}

const defaults = (key: string) => [`defaults.${key}`] as const
const ssh = (key: string) => [`ssh_connection.${key}`] as const
const become = (key: string) => [`privilege_escalation.${key}`] as const

/**
 * The settings that decide what a run does, by Ansible's names
 * (https://docs.ansible.com/ansible/latest/reference_appendices/config.html). Lists hold words with commas between
 * them; `pathlist` paths with commas, `pathspec` paths with colons.
 */
export const SETTINGS = {
  inventory: { type: 'pathlist', ini: defaults('inventory'), env: ['ANSIBLE_INVENTORY'] },
  roles_path: {
    type: 'pathspec',
    ini: defaults('roles_path'),
    env: ['ANSIBLE_ROLES_PATH'],
    default: '~/.ansible/roles:/usr/share/ansible/roles:/etc/ansible/roles',
  },
  library: { type: 'pathspec', ini: defaults('library'), env: ['ANSIBLE_LIBRARY'] },
  forks: { type: 'int', ini: defaults('forks'), env: ['ANSIBLE_FORKS'], least: 1, default: '20' },
  gathering: {
    type: 'str',
    ini: defaults('gathering'),
    env: ['ANSIBLE_GATHERING'],
    choices: ['implicit', 'explicit', 'smart'],
    default: 'implicit',
  },
  gather_subset: { type: 'list', ini: defaults('gather_subset'), env: ['ANSIBLE_GATHER_SUBSET'] },
  gather_timeout: { type: 'int', ini: defaults('gather_timeout'), env: ['ANSIBLE_GATHER_TIMEOUT'] },
  fact_path: { type: 'str', ini: defaults('fact_path'), env: ['ANSIBLE_FACT_PATH'] },
  inject_facts_as_vars: {
    type: 'bool',
    ini: defaults('inject_facts_as_vars'),
    env: ['ANSIBLE_INJECT_FACT_VARS'],
    default: 'true',
  },
  fact_caching: {
    type: 'str',
    ini: defaults('fact_caching'),
    env: ['ANSIBLE_CACHE_PLUGIN'],
    default: 'memory',
  },
  fact_caching_connection: {
    type: 'path',
    ini: defaults('fact_caching_connection'),
    env: ['ANSIBLE_CACHE_PLUGIN_CONNECTION'],
  },
  fact_caching_prefix: {
    type: 'str',
    ini: defaults('fact_caching_prefix'),
    env: ['ANSIBLE_CACHE_PLUGIN_PREFIX'],
    default: '',
  },
  fact_caching_timeout: {
    type: 'int',
    ini: defaults('fact_caching_timeout'),
    env: ['ANSIBLE_CACHE_PLUGIN_TIMEOUT'],
    default: '86400',
  },
  duplicate_dict_key: {
    type: 'str',
    ini: defaults('duplicate_dict_key'),
    env: ['ANSIBLE_DUPLICATE_YAML_DICT_KEY'],
    choices: ['warn', 'error', 'ignore'],
    default: 'warn',
  },
  hash_behaviour: {
    type: 'str',
    ini: defaults('hash_behaviour'),
    env: ['ANSIBLE_HASH_BEHAVIOUR'],
    choices: ['replace', 'merge'],
    default: 'replace',
  },
  host_key_checking: {
    type: 'bool',
    ini: ['defaults.host_key_checking', 'ssh_connection.host_key_checking'],
    env: ['ANSIBLE_HOST_KEY_CHECKING', 'ANSIBLE_SSH_HOST_KEY_CHECKING'],
  },
  timeout: {
    type: 'int',
    ini: ['defaults.timeout', 'ssh_connection.timeout'],
    env: ['ANSIBLE_TIMEOUT', 'ANSIBLE_SSH_TIMEOUT'],
    least: 1,
    default: '10',
  },
  remote_user: { type: 'str', ini: defaults('remote_user'), env: ['ANSIBLE_REMOTE_USER'] },
  remote_port: { type: 'int', ini: defaults('remote_port'), env: ['ANSIBLE_REMOTE_PORT'], least: 1 },
  private_key_file: { type: 'path', ini: defaults('private_key_file'), env: ['ANSIBLE_PRIVATE_KEY_FILE'] },
  transport: { type: 'str', ini: defaults('transport'), env: ['ANSIBLE_TRANSPORT'] },
  executable: { type: 'str', ini: defaults('executable'), env: ['ANSIBLE_EXECUTABLE'] },
  ask_pass: { type: 'bool', ini: defaults('ask_pass'), env: ['ANSIBLE_ASK_PASS'], default: 'false' },
  ssh_args: { type: 'str', ini: ssh('ssh_args'), env: ['ANSIBLE_SSH_ARGS'] },
  ssh_common_args: { type: 'str', ini: ssh('ssh_common_args'), env: ['ANSIBLE_SSH_COMMON_ARGS'] },
  ssh_extra_args: { type: 'str', ini: ssh('ssh_extra_args'), env: ['ANSIBLE_SSH_EXTRA_ARGS'] },
  become: { type: 'bool', ini: become('become'), env: ['ANSIBLE_BECOME'] },
  become_method: { type: 'str', ini: become('become_method'), env: ['ANSIBLE_BECOME_METHOD'] },
  become_user: { type: 'str', ini: become('become_user'), env: ['ANSIBLE_BECOME_USER'] },
  become_exe: { type: 'str', ini: become('become_exe'), env: ['ANSIBLE_BECOME_EXE'] },
  become_flags: { type: 'str', ini: become('become_flags'), env: ['ANSIBLE_BECOME_FLAGS'] },
  become_ask_pass: {
    type: 'bool',
    ini: become('become_ask_pass'),
    env: ['ANSIBLE_BECOME_ASK_PASS'],
    default: 'false',
  },
  vault_password_file: {
    type: 'path',
    ini: defaults('vault_password_file'),
    env: ['ANSIBLE_VAULT_PASSWORD_FILE'],
  },
  vault_identity_list: {
    type: 'list',
    ini: defaults('vault_identity_list'),
    env: ['ANSIBLE_VAULT_IDENTITY_LIST'],
  },
  vault_id_match: { type: 'bool', ini: defaults('vault_id_match'), env: ['ANSIBLE_VAULT_ID_MATCH'] },
  vault_encrypt_identity: {
    type: 'str',
    ini: defaults('vault_encrypt_identity'),
    env: ['ANSIBLE_VAULT_ENCRYPT_IDENTITY'],
  },
  ask_vault_pass: { type: 'bool', ini: defaults('ask_vault_pass'), env: ['ANSIBLE_ASK_VAULT_PASS'] },
  stdout_callback: {
    type: 'str',
    ini: defaults('stdout_callback'),
    env: ['ANSIBLE_STDOUT_CALLBACK'],
    default: 'default',
  },
  callback_result_format: {
    type: 'str',
    ini: defaults('callback_result_format'),
    env: ['ANSIBLE_CALLBACK_RESULT_FORMAT'],
    choices: ['json', 'yaml'],
    default: 'json',
  },
  log_path: { type: 'path', ini: defaults('log_path'), env: ['ANSIBLE_LOG_PATH'] },
  verbosity: { type: 'int', ini: defaults('verbosity'), env: ['ANSIBLE_VERBOSITY'], default: '0' },
  nocolor: { type: 'bool', ini: defaults('nocolor'), env: ['ANSIBLE_NOCOLOR'], default: 'false' },
  force_color: { type: 'bool', ini: defaults('force_color'), env: ['ANSIBLE_FORCE_COLOR'], default: 'false' },
  display_skipped_hosts: {
    type: 'bool',
    ini: defaults('display_skipped_hosts'),
    env: ['ANSIBLE_DISPLAY_SKIPPED_HOSTS'],
    default: 'true',
  },
  display_ok_hosts: {
    type: 'bool',
    ini: defaults('display_ok_hosts'),
    env: ['ANSIBLE_DISPLAY_OK_HOSTS'],
    default: 'true',
  },
  diff_always: { type: 'bool', ini: ['diff.always'], env: ['ANSIBLE_DIFF_ALWAYS'], default: 'false' },
  diff_context: { type: 'int', ini: ['diff.context'], env: ['ANSIBLE_DIFF_CONTEXT'], default: '3' },
  max_diff_size: {
    type: 'int',
    ini: defaults('max_diff_size'),
    env: ['ANSIBLE_MAX_DIFF_SIZE'],
    default: '104448',
  },
  force_handlers: {
    type: 'bool',
    ini: defaults('force_handlers'),
    env: ['ANSIBLE_FORCE_HANDLERS'],
    default: 'false',
  },
  any_errors_fatal: {
    type: 'bool',
    ini: defaults('any_errors_fatal'),
    env: ['ANSIBLE_ANY_ERRORS_FATAL'],
    default: 'false',
  },
  no_log: { type: 'bool', ini: defaults('no_log'), env: ['ANSIBLE_NO_LOG'], default: 'false' },
  task_timeout: { type: 'int', ini: defaults('task_timeout'), env: ['ANSIBLE_TASK_TIMEOUT'], default: '0' },
  strategy: { type: 'str', ini: defaults('strategy'), env: ['ANSIBLE_STRATEGY'], default: 'linear' },
  tags_run: { type: 'list', ini: ['tags.run'], env: ['ANSIBLE_RUN_TAGS'] },
  tags_skip: { type: 'list', ini: ['tags.skip'], env: ['ANSIBLE_SKIP_TAGS'] },
  host_pattern_mismatch: {
    type: 'str',
    ini: ['inventory.host_pattern_mismatch'],
    env: ['ANSIBLE_HOST_PATTERN_MISMATCH'],
    choices: ['error', 'warning', 'ignore'],
    default: 'warning',
  },
  error_on_missing_handler: {
    type: 'bool',
    ini: defaults('error_on_missing_handler'),
    env: ['ANSIBLE_ERROR_ON_MISSING_HANDLER'],
    default: 'true',
  },
  show_custom_stats: {
    type: 'bool',
    ini: defaults('show_custom_stats'),
    env: ['ANSIBLE_SHOW_CUSTOM_STATS'],
    default: 'false',
  },
  ansible_managed: { type: 'str', ini: defaults('ansible_managed'), env: [] },
  jinja2_native: { type: 'bool', ini: defaults('jinja2_native'), env: ['ANSIBLE_JINJA2_NATIVE'] },
  error_on_undefined_vars: {
    type: 'bool',
    ini: defaults('error_on_undefined_vars'),
    env: ['ANSIBLE_ERROR_ON_UNDEFINED_VARS'],
    default: 'true',
  },
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof SETTINGS

interface Types {
  readonly bool: boolean
  readonly int: number
  readonly str: string
  readonly path: string
  readonly list: readonly string[]
  readonly pathlist: readonly string[]
  readonly pathspec: readonly string[]
}

type TypeOf<S extends Setting> = S extends { readonly choices: readonly (infer C)[] } ? C : Types[S['type']]
type Unset<S extends Setting> = S extends { readonly default: string } ? never : undefined

/** The value of every setting; undefined where nothing sets it and it has no default. */
export type Settings = {
  readonly [N in SettingName]: TypeOf<(typeof SETTINGS)[N]> | Unset<(typeof SETTINGS)[N]>
}
