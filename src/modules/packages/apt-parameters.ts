import type { Args, ArgumentSpecs } from '../../core/arguments.ts'

const no = { type: 'bool', default: false } as const

/** The parameters of the apt module. */
export const APT_PARAMETERS = {
  name: {
    type: 'list',
    elements: 'str',
    aliases: ['package', 'pkg'],
    doc: 'Packages: name, name=version, name=1.*, name>=version or a pattern of names',
  },
  state: {
    type: 'str',
    choices: ['absent', 'build-dep', 'fixed', 'latest', 'present'],
    default: 'present',
    doc: 'What is to be true of the packages',
  },
  deb: { type: 'path', doc: 'A .deb file on the target, or a URL of one' },
  update_cache: { type: 'bool', aliases: ['update-cache'], doc: 'Update the list of packages first' },
  cache_valid_time: {
    type: 'int',
    default: 0,
    doc: 'Update it only when it is older than this many seconds',
  },
  update_cache_retries: { type: 'int', default: 5, doc: 'How often to try the update again' },
  update_cache_retry_max_delay: { type: 'int', default: 12, doc: 'Most seconds to wait before trying again' },
  upgrade: {
    type: 'str',
    choices: ['dist', 'full', 'no', 'safe', 'yes'],
    default: 'no',
    doc: 'Upgrade all packages; dist and full may remove some',
  },
  install_recommends: {
    type: 'bool',
    aliases: ['install-recommends'],
    doc: 'Install recommended packages as well',
  },
  default_release: { type: 'str', aliases: ['default-release'], doc: 'The release to prefer' },
  only_upgrade: { ...no, doc: 'Leave alone what is not installed' },
  purge: { ...no, doc: 'Remove configuration as well' },
  autoremove: { ...no, doc: 'Remove packages that nothing needs any more' },
  autoclean: { ...no, doc: 'Remove downloaded packages that cannot be downloaded any more' },
  clean: { ...no, doc: 'Remove all downloaded packages' },
  fail_on_autoremove: { ...no, doc: 'Fail rather than remove a package' },
  force: { ...no, doc: 'Install whatever is wrong with it: dangerous' },
  force_apt_get: { ...no, doc: 'Use apt-get; accepted, since nothing else is used' },
  allow_unauthenticated: {
    ...no,
    aliases: ['allow-unauthenticated'],
    doc: 'Install packages that nobody signed',
  },
  allow_downgrade: {
    ...no,
    aliases: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'],
    doc: 'Allow a version older than the installed one',
  },
  allow_change_held_packages: { ...no, doc: 'Change packages on hold as well' },
  auto_install_module_deps: { ...no, default: true, doc: 'Accepted: no module needs anything on the target' },
  dpkg_options: {
    type: 'str',
    default: 'force-confdef,force-confold',
    doc: 'Options for dpkg, separated by commas',
  },
  lock_timeout: { type: 'int', default: 60, doc: 'Seconds to wait for another that holds the lock' },
  policy_rc_d: { type: 'int', doc: 'Exit code of policy-rc.d meanwhile; 101 keeps services from starting' },
} as const satisfies ArgumentSpecs

export type AptArguments = Args<typeof APT_PARAMETERS>

/** Whether the list of packages is to be updated at all: saying how old it may be asks for it, too. */
export function wantsUpdate({ update_cache, cache_valid_time }: AptArguments): boolean {
  return update_cache ?? cache_valid_time > 0
}
