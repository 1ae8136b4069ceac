import { lines, operands, Script, sh } from '../../../core/quote.ts'
import { hostPath } from '../path-state.ts'

export interface TarRequest {
  readonly dest: string
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly extra_opts: readonly string[]
  readonly keep_newer: boolean
}

// -P shows names as the archive has them, so that one which leaves the destination is seen.
const REPORT = ['-P', '--full-time', '--numeric-owner', '--quoting-style=escape', '--show-transformed-names']

function options({ exclude, extra_opts }: TarRequest): readonly string[] {
  return [...exclude.map((pattern) => `--exclude=${pattern}`), ...extra_opts]
}

/** Sets `T` to GNU tar; empty where there is only another. */
const FIND_GNU = sh`T=; for t in tar gtar; do if $t --version 2>/dev/null | grep -q 'GNU tar'; then T=$t; break; fi; done`

// From a line of the report to the bare name as printf's %b reads it: octal bytes get the 0 that POSIX wants.
const NAMES = new Script(
  [
    `sed -n -E '/^[-CSdlhpbc][-rwxsStTlL]{9}[^ ]? +[^ ]+ +[^ ]+ [0-9]{4}-[0-9-]+ [0-9:.]+ ./{`,
    `s/^(.)[^ ]* +[^ ]+ +[^ ]+ [^ ]+ [^ ]+ /\\1/;/^l/s/ -> .*//;/^h/s/ link to .*//;s/^.//`,
    `s/\\\\\\\\/\x01/g;s/\\\\([0-7]{3})/\\\\0\\1/g;s/\x01/\\\\0134/g;p`,
    `}'`,
  ].join('\n'),
)

/**
 * Compares an archive with its destination in one pass: `tar --diff`, which lists every member as well. Prints the
 * kind of tar, the report, tar's exit code, and, where `stats` is set, owner, mode and time of what is there.
 * The functions of `UNPACK` must be defined.
 */
export function tarProbe(request: TarRequest, wants: { readonly stats: boolean }): Script {
  const dest = hostPath(request.dest)
  const member = operands(...request.include)
  const stats = sh`printf '%s\n' "$o" | ${NAMES} | while IFS= read -r n; do printf '%b\000' "./$n"; done | ${statAll(dest)}`
  return sh`${FIND_GNU}
if [ -n "$T" ]; then printf 'gnu\000'
  o=$( { archive | TZ=UTC0 $T -d -vv ${REPORT} -C ${dest} ${options(request)} -f - ${member}; printf '\nstatus %s' "$?"; } 2>&1 )
  printf '%s\000' "$o"
  ${wants.stats ? stats : sh`:`}
else printf 'busybox\000'
  ${busyboxProbe(request, wants)}
fi`
}

/**
 * busybox's tar cannot compare, but hands each file to a command, which does; folders and links are looked at one by
 * one. It strips names only when it writes, and does not tell hard links from empty files, so those that are there pass.
 */
function busyboxProbe(request: TarRequest, wants: { readonly stats: boolean }): Script {
  const dest = hostPath(request.dest)
  const strip = stripOf(request)
  const compare = new Script(
    [
      'n=$TAR_FILENAME; i=0; while [ $i -lt $S ]; do n=${n#*/}; i=$((i+1)); done; f=$D/$n',
      'if [ ! -e "$f" ]; then echo "$n: Cannot stat: No such file or directory"',
      'elif [ "$TAR_SIZE" != 0 ] && ! cmp -s - "$f"; then echo "$n: Contents differ"; fi; cat >/dev/null',
    ].join('\n'),
  )
  const look = new Script(
    [
      'while IFS= read -r l; do n=${l#?}; f=$D/$n; case $l in',
      'l*) g=${n#* -> }; n=${n%% -> *}; [ "$(readlink "$D/$n")" = "$g" ] || echo "$n: Symlink differs" ;;',
      'd*) [ -d "$f" ] || echo "$n: Cannot stat: No such file or directory" ;; esac; done',
    ].join('\n'),
  )
  const columns = '[-dlpbc][-rwxsStT]{9} +[^ ]+ +[^ ]+ [^ ]+ [^ ]+ '
  const opts = busyboxOptions(request)
  const names = new Script(`sed -n -E 's/^(.)${columns.slice(columns.indexOf(']') + 1)}/\\1/p'`)
  return lines(
    sh`S=${strip}; D=${dest}; export S D
o=$( { archive | TZ=UTC0 tar -t -v ${opts} -f - ${operands(...request.include)} | sed -E ${`s/^(${columns})([^/]*\\/){0,${strip}}/\\1/`}; archive | tar -x ${opts} --to-command=${compare.text} -f - ${operands(...request.include)}; printf '\nstatus %s' $(($? ? 2 : 0)); } 2>&1 )
c=$(printf '%s\n' "$o" | ${names} | ${look}); printf '%s\n%s\000' "$c" "$o"`,
    wants.stats
      ? sh`printf '%s\n' "$o" | ${names} | sed 's/^.//; s/ -> .*//' | while IFS= read -r n; do printf '%s\000' "./$n"; done | ${statAll(dest)}`
      : sh`:`,
  )
}

/** Reads names that end in NUL bytes, and prints owner, mode and time of those that exist. */
export function statAll(dest: string): Script {
  return sh`{ cd ${dest} && xargs -0 stat -c ${'%f %u %g %U:%G %Y %n//'} -- 2>/dev/null || :; }`
}

/** How many folders `--strip-components` takes off each name. */
export function stripOf({ extra_opts }: Pick<TarRequest, 'extra_opts'>): number {
  const at = extra_opts.findIndex((option) => option.startsWith('--strip-components'))
  if (at < 0) return 0
  return Number(extra_opts[at]?.split('=')[1] ?? extra_opts[at + 1] ?? 0) || 0
}

/** Unpacks the archive into the directory entered; `$w_from` is where its source is named from. `UNPACK` must be defined. */
export function tarExtract(request: TarRequest): Script {
  const include = operands(...request.include)
  return sh`${FIND_GNU}
s=$( {
  { cd -- "$w_from" && archive || echo damaged >&3; } | if [ -n "$T" ]; then ${gnuExtract(request)}
  else
    e=$(tar -x ${busyboxOptions(request)} -f - ${include} 2>&1); r=$?
    # It says of each pattern that it was not found, also when it was; the probe has seen that members match.
    e=$(printf '%s\n' "$e" | grep -v ': not found in archive$'); printf '%s' "$e" >&2; [ $r -eq 0 ] || [ -z "$e" ]
  fi; echo "status $?" >&3
} 3>&1 )
case $s in 'status 0') ;; *) exit 1 ;; esac`
}

// With --keep-newer-files GNU tar 1.35 takes a folder that is there already for an error, beside what it says of the
// files it keeps: it failed only when it says anything else.
function gnuExtract(request: TarRequest): Script {
  const words = [...options(request), '-f', '-', ...operands(...request.include)]
  if (!request.keep_newer) return sh`$T -x ${words} >&2`
  const harmless =
    'Unexpected inconsistency when making directory$|is newer or same age$|Exiting with failure status'
  return sh`e=$($T -x --keep-newer-files ${words} 2>&1); r=$?
    e=$(printf '%s\n' "$e" | grep -vE ${harmless}); printf '%s' "$e" >&2; [ $r -eq 0 ] || [ -z "$e" ]`
}

/** busybox's tar takes member names for patterns by itself, and does not know the option that asks for it. */
function busyboxOptions(request: TarRequest): readonly string[] {
  return options(request).filter((option) => option !== '--wildcards')
}
