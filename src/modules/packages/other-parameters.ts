import { ArgumentError } from '../../core/errors.ts'

const NAMES = [
  // dnf and yum
  ...['allowerasing', 'best', 'bugfix', 'cacheonly', 'conf_file', 'disable_excludes', 'disable_gpg_check'],
  ...[
    'disable_plugin',
    'disablerepo',
    'download_dir',
    'download_only',
    'enable_plugin',
    'enablerepo',
    'exclude',
  ],
  ...['installroot', 'nobest', 'releasever', 'security', 'skip_broken', 'sslverify', 'update_only'],
  // zypper, pacman and apk
  ...[
    'extra_args',
    'extra_args_precommand',
    'oldpackage',
    'replacefiles',
    'executable',
    'reason',
    'remove_nosave',
  ],
  ...['update_cache_extra_args', 'upgrade_extra_args', 'no_cache', 'repository', 'world'],
] as const

type Other = (typeof NAMES)[number]

/** Parameters of other package managers: roles give them in tasks for other systems, where a condition skips them. */
export const OTHER_PARAMETERS = Object.fromEntries(
  NAMES.map((name) => [name, { type: 'raw', doc: 'For another package manager than apt' }]),
) as unknown as { readonly [Name in Other]: { readonly type: 'raw'; readonly doc: string } }

/** @throws {ArgumentError} when a parameter was given that apt does not have */
export function refuseOthers(args: { readonly [Name in Other]?: unknown }): void {
  const given = NAMES.filter((name) => args[name] !== undefined)
  if (given.length > 0) throw new ArgumentError(`apt has no parameter ${given.join(', ')}`)
}
