import { lines, Script, safePath, sh } from '../../core/quote.ts'
import { simpleFetch } from '../shared/download/fetch.ts'
import { type AptArguments, wantsUpdate } from './apt-parameters.ts'
import { fnmatchPattern } from './fnmatch.ts'
import { NEEDS_APT } from './needs-apt.ts'
import { type KnownPackage, readPackage, type WantedPackage } from './plan-packages.ts'

/** What the target says of packages. */
export interface AptState {
  /** Seconds since the epoch, on the target. */
  readonly now: number
  /** When the list of packages changed last. */
  readonly cacheTime: number
  /** When somebody last looked for changes in it. */
  readonly checkTime: number
  readonly known: ReadonlyMap<string, KnownPackage>
  /** Names that match the patterns asked for. */
  readonly matching: readonly string[]
  readonly deb?: DebFile
  /** Lines of the simulations asked for that say what would be done. */
  readonly simulated: readonly string[]
  /** Of the packages asked for, those that are here only because another needs them. */
  readonly automatic?: readonly string[]
  /** What apt said where it refuses to do what was asked for. */
  readonly refused?: string
  /** There are downloaded packages. */
  readonly archives: boolean
}

/** What a .deb file says of itself. */
export interface DebFile {
  readonly name: string
  readonly version: string
}

const RECORD = '${Package}\\t${Architecture}\\t${db:Status-Status}\\t${Version}\\n'
const PATTERN = /[*?[]/

/** Wanted packages that are names, and those that are patterns of names. */
export function splitNames(args: Pick<AptArguments, 'name'>): {
  readonly plain: readonly WantedPackage[]
  readonly patterns: readonly string[]
} {
  const wanted = (args.name ?? []).filter((text) => text.trim() !== '').map(readPackage)
  return {
    plain: wanted.filter(({ name }) => !PATTERN.test(name)),
    patterns: wanted.filter(({ name }) => PATTERN.test(name)).map(({ name }) => name),
  }
}

/**
 * Reads what the plan needs, and no more than that: dpkg's records always, apt's lists (which take far longer) only
 * when a package is missing or its versions matter.
 */
export function probeApt(args: AptArguments): Script {
  const { plain, patterns } = splitNames(args)
  const names = [...new Set(plain.map(({ name }) => name))]
  const versions = args.state === 'latest' || plain.some(({ version }) => version !== undefined)
  return lines(
    NEEDS_APT,
    new Script('export LC_ALL=C\nset -f'),
    wantsUpdate(args) ? probeCacheAge() : probeCacheTime(),
    patterns.length > 0 ? probePatterns(patterns, args.state === 'absent') : sh`set -- ${names}`,
    patterns.length > 0 ? sh`set -- "$@" ${names}` : undefined,
    names.length + patterns.length > 0 && /^(present|latest|absent)$/.test(args.state)
      ? probeNames(
          versions || patterns.length > 0 ? 'always' : args.state === 'absent' ? 'never' : 'missing',
          args,
        )
      : undefined,
    args.deb === undefined ? undefined : probeDeb(args.deb),
    ...simulations(args).map(
      (argv) => sh`o=$(apt-get -s -q ${argv} 2>&1) || printf '@refused\n%s\n' "$o"
printf '@simulated\n%s\n' "$o" | grep -E '^(@|Inst|Remv|Del )'`,
    ),
    sh`echo @archives; set +f; for f in /var/cache/apt/archives/*.deb; do [ -e "$f" ] && echo yes; break; done; true`,
  )
}

const STAMP = '/var/lib/apt/periodic/update-success-stamp'
const LISTS = '/var/lib/apt/lists'

function probeCacheTime(): Script {
  return sh`echo @time; stat -c %Y ${STAMP} 2>/dev/null || stat -c %Y ${LISTS} 2>/dev/null || echo 0`
}

// An update that finds nothing new leaves the lists alone, but not the folder it downloads into.
function probeCacheAge(): Script {
  return sh`${probeCacheTime()}; date +%s; stat -c %Y ${STAMP} ${LISTS} ${`${LISTS}/partial`} 2>/dev/null | sort -n | tail -n 1`
}

function probePatterns(patterns: readonly string[], installed: boolean): Script {
  const pattern = `^(${patterns.map(fnmatchPattern).join('|')})$`
  const all = installed ? sh`dpkg-query -W -f ${'${Package}\\n'}` : sh`apt-cache pkgnames`
  return sh`n=$(${all} | grep -E -- ${pattern} | sort -u); printf '@matching\n%s\n' "$n"; set -- $n`
}

function probeNames(policy: 'always' | 'missing' | 'never', args: AptArguments): Script {
  const provides = '${db:Status-Status}\\t${Provides}\\n'
  const release =
    args.default_release === undefined ? [] : ['-o', `APT::Default-Release=${args.default_release}`]
  const ask = sh`echo @policy; apt-cache ${release} policy -- "$@" 2>/dev/null || { echo @refused; apt-cache ${release} policy -- "$@" 2>&1 >/dev/null; }; echo @provides; dpkg-query -W -f ${provides} | sed -n 's/^installed.//p' | grep .; true`
  const records = sh`echo @installed; i=$(dpkg-query -W -f ${RECORD} -- "$@" 2>/dev/null); printf '%s\n' "$i"`
  if (policy === 'never') return records
  const automatic = sh`echo @automatic; awk -v RS= ${'/Auto-Installed: 1/ { print $2 }'} /var/lib/apt/extended_states 2>/dev/null | grep -Fx -- "$(for n do echo "${new Script('${n%%:*}')}"; done)"; true`
  if (policy === 'always') return lines(automatic, records, ask)
  // Each name as a whole word at the start of a line, followed by its architecture and the word installed.
  const missing = new Script(
    [
      'tab=$(printf "\\t."); tab=${tab%.}; m=; nl=$(printf "\\n."); nl=${nl%.}',
      'for n do case "$nl$i" in *"$nl${n%%:*}$tab"*"${tab}installed$tab"*) ;; *) m=1;; esac; done',
      'case $i in *"${tab}not-installed$tab"*|*"${tab}config-files$tab"*) m=1;; esac',
    ].join('\n'),
  )
  return lines(automatic, records, missing, sh`if [ -n "$m" ]; then ${ask}; fi`)
}

// A download is looked at in a folder of its own and removed again: what it holds decides whether anything changes.
function probeDeb(deb: string): Script {
  const show = sh`dpkg-deb -f "$f" Package Version 2>&1 || echo Unreadable:
echo @installed; dpkg-query -W -f ${RECORD} -- "$(dpkg-deb -f "$f" Package 2>/dev/null)" 2>/dev/null`
  if (!/^[a-z]+:\/\//.test(deb)) return sh`echo @deb; f=${safePath(deb)}; if [ -e "$f" ]; then ${show}; fi`
  return sh`echo @deb; d=$(mktemp -d) && trap 'rm -rf -- "$d"' EXIT; f=$d/file.deb; if ${download(deb)}; then ${show}; fi`
}

/** A command that downloads a URL into the file `$f`; what is wrong goes to stderr. */
export function download(url: string): Script {
  return sh`{ ${simpleFetch('fetch_deb', url)}
fetch_deb 3>/dev/null >"$f"; }`
}

/** The commands whose simulation tells whether anything would be done. */
function simulations(args: AptArguments): readonly (readonly string[])[] {
  const { state, upgrade, autoremove, autoclean } = args
  const names = splitNames(args).plain.map(({ name }) => name)
  return [
    ...(upgrade === 'no' ? [] : [upgradeVerb(upgrade)]),
    ...(state === 'build-dep' && names.length > 0 ? [['build-dep', ...names]] : []),
    ...(state === 'fixed' ? [['--fix-broken', 'install']] : []),
    ...(autoremove && names.length === 0 ? [['autoremove']] : []),
    ...(autoclean ? [['autoclean']] : []),
  ]
}

/** What apt-get calls an upgrade. `yes` and `safe` never remove a package, but install new ones, as aptitude does. */
export function upgradeVerb(upgrade: AptArguments['upgrade']): readonly string[] {
  return upgrade === 'dist' || upgrade === 'full' ? ['dist-upgrade'] : ['upgrade', '--with-new-pkgs']
}

/** The sections of a probe's output, by the word after `@`; a word that occurs again is joined to the first. */
export function sectionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, readonly string[]>()
  for (const section of text.split(/^@/m).slice(1)) {
    const [word = '', ...rest] = section.split('\n')
    sections.set(word, [...(sections.get(word) ?? []), ...rest.filter((line) => line.trim() !== '')])
  }
  return sections
}
