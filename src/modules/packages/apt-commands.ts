import type { Step } from '../../core/module.ts'
import { lines, quoteAll, Script, safePath, sh } from '../../core/quote.ts'
import type { AptArguments } from './apt-parameters.ts'
import { download } from './apt-state.ts'
import type { WantedPackage } from './plan-packages.ts'

const ENVIRONMENT = new Script(
  'export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical APT_LISTCHANGES_FRONTEND=none LC_ALL=C.UTF-8',
)

/** A step that runs apt-get without asking anybody anything. @param as the name of its output */
export function aptStep(args: AptArguments, as: string, words: readonly string[]): Step {
  const argv = [...aptGet(args), ...words]
  const script = lines(ENVIRONMENT, policyRc(args.policy_rc_d), new Script(quoteAll(argv)))
  return { kind: 'script', label: ['apt-get', ...words].join(' '), as, script }
}

/** What installing takes besides the packages. */
export function installFlags(args: AptArguments): readonly string[] {
  const { install_recommends, default_release, fail_on_autoremove, only_upgrade, autoremove, force } = args
  const forced = [
    '--allow-downgrades',
    '--allow-remove-essential',
    '--allow-change-held-packages',
    '--allow-unauthenticated',
  ]
  const flags = [
    ...(args.allow_downgrade ? ['--allow-downgrades'] : []),
    ...(args.allow_unauthenticated ? ['--allow-unauthenticated'] : []),
    ...(args.allow_change_held_packages ? ['--allow-change-held-packages'] : []),
  ]
  return [
    ...(install_recommends === undefined
      ? []
      : ['-o', `APT::Install-Recommends=${install_recommends ? 'yes' : 'no'}`]),
    ...(default_release === undefined ? [] : ['-t', default_release]),
    ...(fail_on_autoremove ? ['--no-remove'] : []),
    ...(only_upgrade ? ['--only-upgrade'] : []),
    ...(autoremove ? ['--auto-remove'] : []),
    ...(force ? forced : flags),
  ]
}

/** A package as apt-get takes it. */
export function packageWord({ name, operator, version }: WantedPackage): string {
  return operator === '=' && version !== undefined ? `${name}=${version}` : name
}

/** A step that installs a .deb file with what it depends on. */
export function debStep(args: AptArguments, deb: string): Step {
  const isUrl = /^[a-z]+:\/\//.test(deb)
  const argv = [...aptGet(args), ...installFlags(args), 'install', '--']
  const path = deb.startsWith('/') ? deb : `./${safePath(deb).replace(/^\.\//, '')}`
  const fetch = () =>
    sh`d=$(mktemp -d) && chmod 0755 -- "$d" || exit 1; trap 'rm -rf -- "$d"' EXIT; f=$d/file.deb; ${download(deb)} || exit 1`
  return {
    kind: 'script',
    label: `install ${deb}`,
    as: 'install',
    script: lines(ENVIRONMENT, isUrl ? fetch() : sh`f=${path}`, policyRc(args.policy_rc_d), sh`${argv} "$f"`),
  }
}

/** A step that updates the list of packages, trying again with growing pauses. */
export function updateStep({
  update_cache_retries,
  update_cache_retry_max_delay,
  lock_timeout,
}: Pick<AptArguments, 'update_cache_retries' | 'update_cache_retry_max_delay' | 'lock_timeout'>): Step {
  const argv = [
    'apt-get',
    '-q',
    '-o',
    `DPkg::Lock::Timeout=${lock_timeout}`,
    '-o',
    'APT::Update::Error-Mode=any',
    'update',
  ]
  const script = lines(
    ENVIRONMENT,
    new Script(`n=0; w=1; until ${quoteAll(argv)}; do`),
    new Script(`  n=$((n + 1)); [ $n -le ${update_cache_retries} ] || exit 100`),
    new Script(
      `  w=$((w * 2)); [ $w -le ${update_cache_retry_max_delay} ] || w=${update_cache_retry_max_delay}; sleep $w`,
    ),
    new Script('done'),
  )
  return { kind: 'script', label: 'apt-get update', as: 'update', script }
}

function aptGet({ dpkg_options, lock_timeout }: AptArguments): readonly string[] {
  const options = dpkg_options.split(',').map((option) => option.trim())
  return [
    'apt-get',
    '-y',
    '-q',
    '-o',
    `DPkg::Lock::Timeout=${lock_timeout}`,
    ...options.filter((option) => option !== '').flatMap((option) => ['-o', `Dpkg::Options::=--${option}`]),
  ]
}

// invoke-rc.d asks this program whether a service may start. The one that is there comes back, whatever happens.
function policyRc(code: number | undefined): Script | undefined {
  if (code === undefined) return undefined
  const file = '/usr/sbin/policy-rc.d'
  return lines(
    sh`k=$(mktemp ${`${file}.XXXXXX`}) || exit 1; if [ -e ${file} ]; then mv -f -- ${file} "$k"; else rm -f -- "$k"; fi`,
    sh`restore() { rm -f ${file}; if [ -e "$k" ]; then mv -f -- "$k" ${file}; fi; [ -z "$d" ] || rm -rf -- "$d"; }`,
    sh`trap restore EXIT; trap 'exit 129' HUP INT TERM`,
    sh`printf '#!/bin/sh\nexit %s\n' ${code} >${file} && chmod 0755 ${file} || exit 1`,
  )
}
