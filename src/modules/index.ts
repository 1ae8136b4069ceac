import type { AnyValue, Inputs } from '../core/arguments.ts'
import type { Module } from '../core/module.ts'
import { shortModuleName } from './module-name.ts'
import type { ScriptFunction } from './script/function.ts'

/** The modules that come with playscript, each with its type. */
export interface BuiltinModules {
  add_host: typeof import('./add_host.ts').add_host
  apt: typeof import('./apt.ts').apt
  assemble: typeof import('./assemble.ts').assemble
  apt_key: typeof import('./apt_key.ts').apt_key
  apt_repository: typeof import('./apt_repository.ts').apt_repository
  assert: typeof import('./assert.ts').assert
  async_status: typeof import('./async_status.ts').async_status
  authorized_key: typeof import('./authorized_key.ts').authorized_key
  blockinfile: typeof import('./blockinfile.ts').blockinfile
  command: typeof import('./command.ts').command
  copy: typeof import('./copy.ts').copy
  cron: typeof import('./cron.ts').cron
  deb822_repository: typeof import('./deb822_repository.ts').deb822_repository
  debconf: typeof import('./debconf.ts').debconf
  debug: typeof import('./debug.ts').debug
  dpkg_selections: typeof import('./dpkg_selections.ts').dpkg_selections
  fail: typeof import('./fail.ts').fail
  fetch: typeof import('./fetch.ts').fetch
  file: typeof import('./file.ts').file
  find: typeof import('./find.ts').find
  gather_facts: typeof import('./setup.ts').setup
  get_url: typeof import('./get_url.ts').get_url
  getent: typeof import('./getent.ts').getent
  git: typeof import('./git.ts').git
  group: typeof import('./group.ts').group
  hostname: typeof import('./hostname.ts').hostname
  iam_oidc_provider: typeof import('./iam_oidc_provider.ts').iam_oidc_provider
  iam_role: typeof import('./iam_role.ts').iam_role
  iam_role_info: typeof import('./iam_role_info.ts').iam_role_info
  group_by: typeof import('./group_by.ts').group_by
  include_vars: typeof import('./include_vars.ts').include_vars
  k8s: typeof import('./k8s.ts').k8s
  k8s_info: typeof import('./k8s_info.ts').k8s_info
  k8s_log: typeof import('./k8s_log.ts').k8s_log
  known_hosts: typeof import('./known_hosts.ts').known_hosts
  lineinfile: typeof import('./lineinfile.ts').lineinfile
  mount: typeof import('./mount.ts').mount
  openssh_keypair: typeof import('./openssh_keypair.ts').openssh_keypair
  package: typeof import('./package.ts').package_
  package_facts: typeof import('./package_facts.ts').package_facts
  pam_limits: typeof import('./pam_limits.ts').pam_limits
  pamd: typeof import('./pamd.ts').pamd
  pause: typeof import('./pause.ts').pause
  ping: typeof import('./ping.ts').ping
  pip: typeof import('./pip.ts').pip
  raw: typeof import('./raw.ts').raw
  reboot: typeof import('./reboot.ts').reboot
  replace: typeof import('./replace.ts').replace
  script: typeof import('./script.ts').script
  service: typeof import('./service.ts').service
  service_facts: typeof import('./service_facts.ts').service_facts
  set_fact: typeof import('./set_fact.ts').set_fact
  set_stats: typeof import('./set_stats.ts').set_stats
  setup: typeof import('./setup.ts').setup
  shell: typeof import('./shell.ts').shell
  slurp: typeof import('./slurp.ts').slurp
  stat: typeof import('./stat.ts').stat
  sysctl: typeof import('./sysctl.ts').sysctl
  systemd: typeof import('./systemd.ts').systemd
  systemd_service: typeof import('./systemd.ts').systemd
  tempfile: typeof import('./tempfile.ts').tempfile
  template: typeof import('./template.ts').template
  terraform_output: typeof import('./tofu_output.ts').tofu_output
  timezone: typeof import('./timezone.ts').timezone
  tofu_output: typeof import('./tofu_output.ts').tofu_output
  unarchive: typeof import('./unarchive.ts').unarchive
  uri: typeof import('./uri.ts').uri
  user: typeof import('./user.ts').user
  validate_argument_spec: typeof import('./validate_argument_spec.ts').validate_argument_spec
  wait_for: typeof import('./wait_for.ts').wait_for
  wait_for_connection: typeof import('./wait_for_connection.ts').wait_for_connection
}

/**
 * Every module by name, with its type: what a task may name and which parameters it then takes. A user's own
 * module joins by declaration merging:
 *
 * @example
 * declare module 'playscript' {
 *   interface ModuleRegistry { motd: typeof motd }
 * }
 */
export interface ModuleRegistry extends BuiltinModules {}

/** The parameters of a module as a task gives them; a bare string where the module takes one. */
export type ModuleInput<M, V> =
  M extends Module<infer S, infer _State, infer _Local, infer FreeForm, infer Open>
    ?
        | (Inputs<S, V> & (Open extends true ? Readonly<Record<string, AnyValue<V>>> : unknown))
        | ([FreeForm] extends [never] ? never : string)
        | (Record<never, never> extends Inputs<S, V> ? null : never)
        | (M extends { readonly takes_function: true } ? ScriptFunction<V> : never)
    : never

/** One loader for each module: a module's file is read when a task of the run uses it. */
const LOADERS: { readonly [M in keyof BuiltinModules]: () => Promise<Module> } = {
  add_host: async () => (await import('./add_host.ts')).add_host as unknown as Module,
  apt: async () => (await import('./apt.ts')).apt as unknown as Module,
  assemble: async () => (await import('./assemble.ts')).assemble as unknown as Module,
  apt_key: async () => (await import('./apt_key.ts')).apt_key as unknown as Module,
  apt_repository: async () => (await import('./apt_repository.ts')).apt_repository as unknown as Module,
  assert: async () => (await import('./assert.ts')).assert as unknown as Module,
  async_status: async () => (await import('./async_status.ts')).async_status as unknown as Module,
  authorized_key: async () => (await import('./authorized_key.ts')).authorized_key as unknown as Module,
  blockinfile: async () => (await import('./blockinfile.ts')).blockinfile as unknown as Module,
  command: async () => (await import('./command.ts')).command as unknown as Module,
  copy: async () => (await import('./copy.ts')).copy as unknown as Module,
  cron: async () => (await import('./cron.ts')).cron as unknown as Module,
  deb822_repository: async () =>
    (await import('./deb822_repository.ts')).deb822_repository as unknown as Module,
  debconf: async () => (await import('./debconf.ts')).debconf as unknown as Module,
  debug: async () => (await import('./debug.ts')).debug as unknown as Module,
  dpkg_selections: async () => (await import('./dpkg_selections.ts')).dpkg_selections as unknown as Module,
  fail: async () => (await import('./fail.ts')).fail as unknown as Module,
  fetch: async () => (await import('./fetch.ts')).fetch as unknown as Module,
  file: async () => (await import('./file.ts')).file as unknown as Module,
  find: async () => (await import('./find.ts')).find as unknown as Module,
  gather_facts: async () => (await import('./setup.ts')).setup as unknown as Module,
  get_url: async () => (await import('./get_url.ts')).get_url as unknown as Module,
  getent: async () => (await import('./getent.ts')).getent as unknown as Module,
  git: async () => (await import('./git.ts')).git as unknown as Module,
  group: async () => (await import('./group.ts')).group as unknown as Module,
  hostname: async () => (await import('./hostname.ts')).hostname as unknown as Module,
  iam_oidc_provider: async () =>
    (await import('./iam_oidc_provider.ts')).iam_oidc_provider as unknown as Module,
  iam_role: async () => (await import('./iam_role.ts')).iam_role as unknown as Module,
  iam_role_info: async () => (await import('./iam_role_info.ts')).iam_role_info as unknown as Module,
  group_by: async () => (await import('./group_by.ts')).group_by as unknown as Module,
  include_vars: async () => (await import('./include_vars.ts')).include_vars as unknown as Module,
  k8s: async () => (await import('./k8s.ts')).k8s as unknown as Module,
  k8s_info: async () => (await import('./k8s_info.ts')).k8s_info as unknown as Module,
  k8s_log: async () => (await import('./k8s_log.ts')).k8s_log as unknown as Module,
  known_hosts: async () => (await import('./known_hosts.ts')).known_hosts as unknown as Module,
  lineinfile: async () => (await import('./lineinfile.ts')).lineinfile as unknown as Module,
  mount: async () => (await import('./mount.ts')).mount as unknown as Module,
  openssh_keypair: async () => (await import('./openssh_keypair.ts')).openssh_keypair as unknown as Module,
  package: async () => (await import('./package.ts')).package_ as unknown as Module,
  package_facts: async () => (await import('./package_facts.ts')).package_facts as unknown as Module,
  pam_limits: async () => (await import('./pam_limits.ts')).pam_limits as unknown as Module,
  pamd: async () => (await import('./pamd.ts')).pamd as unknown as Module,
  pause: async () => (await import('./pause.ts')).pause as unknown as Module,
  ping: async () => (await import('./ping.ts')).ping as unknown as Module,
  pip: async () => (await import('./pip.ts')).pip as unknown as Module,
  raw: async () => (await import('./raw.ts')).raw as unknown as Module,
  reboot: async () => (await import('./reboot.ts')).reboot as unknown as Module,
  replace: async () => (await import('./replace.ts')).replace as unknown as Module,
  script: async () => (await import('./script.ts')).script as unknown as Module,
  service: async () => (await import('./service.ts')).service as unknown as Module,
  service_facts: async () => (await import('./service_facts.ts')).service_facts as unknown as Module,
  set_fact: async () => (await import('./set_fact.ts')).set_fact as unknown as Module,
  set_stats: async () => (await import('./set_stats.ts')).set_stats as unknown as Module,
  setup: async () => (await import('./setup.ts')).setup as unknown as Module,
  shell: async () => (await import('./shell.ts')).shell as unknown as Module,
  slurp: async () => (await import('./slurp.ts')).slurp as unknown as Module,
  stat: async () => (await import('./stat.ts')).stat as unknown as Module,
  sysctl: async () => (await import('./sysctl.ts')).sysctl as unknown as Module,
  systemd: async () => (await import('./systemd.ts')).systemd as unknown as Module,
  systemd_service: async () => (await import('./systemd.ts')).systemd as unknown as Module,
  tempfile: async () => (await import('./tempfile.ts')).tempfile as unknown as Module,
  template: async () => (await import('./template.ts')).template as unknown as Module,
  terraform_output: async () => (await import('./tofu_output.ts')).tofu_output as unknown as Module,
  timezone: async () => (await import('./timezone.ts')).timezone as unknown as Module,
  tofu_output: async () => (await import('./tofu_output.ts')).tofu_output as unknown as Module,
  unarchive: async () => (await import('./unarchive.ts')).unarchive as unknown as Module,
  uri: async () => (await import('./uri.ts')).uri as unknown as Module,
  user: async () => (await import('./user.ts')).user as unknown as Module,
  validate_argument_spec: async () =>
    (await import('./validate_argument_spec.ts')).validate_argument_spec as unknown as Module,
  wait_for: async () => (await import('./wait_for.ts')).wait_for as unknown as Module,
  wait_for_connection: async () =>
    (await import('./wait_for_connection.ts')).wait_for_connection as unknown as Module,
}

/** The names of all modules that come with playscript. */
export function moduleNames(): readonly string[] {
  return Object.keys(LOADERS)
}

/** Loads a module by its name, with or without its collection (`ansible.builtin.`, `ansible.posix.`, …); undefined when there is none. */
export async function loadModule(name: string): Promise<Module | undefined> {
  if (!isModule(name)) return undefined
  const short = shortName(name)
  const loading = loaded.get(short) ?? LOADERS[short]()
  loaded.set(short, loading)
  return loading
}

// A loader such as tsx's is asked for each import, also of what is there.
const loaded = new Map<keyof BuiltinModules, Promise<Module>>()

/** Whether a module of that name comes with playscript. */
export function isModule(name: string): boolean {
  return Object.hasOwn(LOADERS, shortName(name))
}

function shortName(name: string): keyof BuiltinModules {
  return shortModuleName(name) as keyof BuiltinModules
}
