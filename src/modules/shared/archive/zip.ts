import { Script, sh } from '../../../core/quote.ts'
import { hostPath } from '../path-state.ts'
import { extentOf, type Member } from './member.ts'
import { statAll, type TarRequest } from './tar.ts'

function selection({ include, exclude }: TarRequest): readonly string[] {
  // unzip takes options behind the archive's name as well, and names for patterns.
  const named = (patterns: readonly string[]) => patterns.map((one) => one.replace(/^-/, '[-]'))
  return [...named(include), ...(exclude.length > 0 ? ['-x', ...named(exclude)] : [])]
}

// Names of a listing: zipinfo's has nine columns, that of busybox's unzip four. Dates tell them apart.
const NAMES = new Script(
  `sed -n -E 's/^[-dl?][^ ]{9} +[^ ]+ +[^ ]+ +[0-9]+ +[^ ]+ +[^ ]+ +[0-9]{8}\\.[0-9]{6} //p;s/^ *[0-9]+ +[0-9]{2}-[0-9]{2}-[0-9]{4} [0-9]{2}:[0-9]{2} +//p'`,
)

// unzip takes names for patterns, so what would be one is escaped. A link's content is where it leads to.
const COMPARE = new Script(
  [
    'while IFS= read -r n; do f=$D/$n; p=$(printf %s "$n" | sed \'s/[][*?\\\\]/\\\\&/g\'); case $n in',
    '*/) [ -d "$f" ] || echo "$n: Cannot stat: No such file or directory" ;;',
    '*) if [ -L "$f" ]; then [ "$(readlink "$f")" = "$(LC_ALL=C.UTF-8 unzip -p "$Z" "$p" 2>/dev/null)" ] || echo "$n: Symlink differs"',
    'elif [ ! -e "$f" ]; then echo "$n: Cannot stat: No such file or directory"',
    'elif ! LC_ALL=C.UTF-8 unzip -p "$Z" "$p" 2>/dev/null | cmp -s - "$f"; then echo "$n: Contents differ"; fi ;; esac; done',
  ].join('\n'),
)

/**
 * Compares a zip archive with its destination, member by member. Prints what `tarProbe` prints. `Z` is the archive.
 */
export function zipProbe(request: TarRequest, wants: { readonly stats: boolean }): Script {
  const dest = hostPath(request.dest)
  return sh`command -v unzip >/dev/null 2>&1 || { echo 'Unable to find required unzip on the host, which unpacks this archive: install it' >&2; exit 1; }
printf 'zip\000'; D=${dest}
if unzip -v 2>/dev/null | grep -q Info-ZIP; then l='-Z -T'; else l=-l; fi
o=$(LC_ALL=C.UTF-8 TZ=UTC0 unzip $l "$Z" ${selection(request)} 2>&1); s=$?
if [ "$l" = -l ] && printf '%s\n' "$o" | ${NAMES} | grep -q '?'; then
  printf "unzip: busybox's unzip cannot tell the names of this archive: install unzip\nstatus 9\000"; exit 0
fi
c=$(printf '%s\n' "$o" | ${NAMES} | ${COMPARE})
printf '%s\n%s\nstatus %s\000' "$o" "$c" $s
${wants.stats ? sh`printf '%s\n' "$o" | ${NAMES} | while IFS= read -r n; do printf '%s\000' "./$n"; done | ${statAll(dest)}` : sh`:`}`
}

/** Unpacks the zip archive `Z` into the directory entered. */
export function zipExtract(request: TarRequest): Script {
  const how = request.keep_newer ? ['-u', '-o'] : ['-o']
  // Exit code 1 is a warning: the files are there.
  return sh`case $Z in /*) ;; *) Z=$w_from/$Z ;; esac
unzip -q ${how} ${request.extra_opts} "$Z" ${selection(request)} || [ $? -eq 1 ]`
}

const INFO = /^([-dl?])(\S{9}) +\S+ +\S+ +(\d+) +\S+ +\S+ +(\d{4})(\d\d)(\d\d)\.(\d\d)(\d\d)(\d\d) (.*)$/
const SHORT = /^ *(\d+) +(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d) +(.*)$/

/** Reads one line of the listing; undefined when it is none. */
export function readZipLine(line: string): Member | undefined {
  const info = INFO.exec(line)
  if (info !== null) {
    const [, letter, bits = '', size, year, month, day, hour, minute, second, name = ''] = info
    const mtime = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000
    const type = letter === 'l' ? 'link' : name.endsWith('/') ? 'directory' : 'file'
    return { name, mtime, type, ...extentOf(type, bits, size) }
  }
  const [, size, month, day, year, hour, minute, name] = SHORT.exec(line) ?? []
  if (name === undefined) return undefined
  const mtime = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`) / 1000
  const type = name.endsWith('/') ? 'directory' : 'file'
  return { name, mtime, type, ...extentOf(type, '', size) }
}
