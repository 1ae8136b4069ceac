import { ReplacedError } from '../../core/errors.ts'
import { library, lines, type Script, sh } from '../../core/quote.ts'

export type FileType = 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'character' | 'block'

/** What lstat(2) or stat(2) says of a path, with the names of its owner and group. Times are seconds. */
export interface PathState {
  readonly type: FileType
  /** The permission bits, without the type. */
  readonly mode: number
  readonly links: number
  readonly inode: number
  readonly device: number
  readonly uid: number
  readonly gid: number
  readonly owner: string
  readonly group: string
  readonly size: number
  readonly atime: number
  readonly mtime: number
  readonly ctime: number
  /** Where a symbolic link points, as it says so itself. */
  readonly target?: string
  /** Of a regular file, when it was asked for. */
  readonly checksum?: string
}

/** By the upper four bits of a mode. */
const TYPES: Readonly<Record<number, FileType>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'link',
  12: 'socket',
}

/** One line for each field; no user's name holds a newline. */
const FORMAT = ['%f', '%h', '%i', '%d', '%u', '%g', '%U', '%G', '%s', '%X', '%Y', '%Z'].join('\n')
const FORMAT_GNU = FORMAT.replace('%X\n%Y\n%Z', '%.9X\n%.9Y\n%.9Z')

/** What `stat -c` is to print of a path, for `parseStatus`; GNU's knows fractions of seconds. */
export const statusFormat = (userland: string): string => (userland === 'gnu' ? FORMAT_GNU : FORMAT)

/**
 * Shell functions that probes call; they only read. `look PATH [-L] [sum-ALGORITHM]` prints what `readPath` reads:
 * three fields that end in NUL bytes. A path that is not there is three empty ones; one that cannot be looked at
 * ends the probe. `stat -c` is the same in GNU coreutils, busybox and toybox. Checksums are taken from stdin,
 * since sha1sum writes odd file names with escapes.
 *
 * A file whose content is edited is opened once (`hold PATH`, descriptor 9): `look_held PATH [-L]` then prints what is
 * held, and `read_held` its content, so that both are the same file's, whoever renames what meanwhile. Without `-L` the
 * name's own status comes first, and `readPath` fails if the two are not the same file.
 */
export function lookFunctions(userland: string): Script {
  return lines(FUNCTIONS[userland === 'gnu' ? 'gnu' : 'other'], sh`LC_ALL=C; export LC_ALL`)
}

// What `stat` is to print of the file that is held as descriptor 9.
const HELD = {
  gnu: sh`stat -c ${FORMAT_GNU} -- "$@" - <&9`,
  other: sh`if [ $# -gt 0 ]; then stat -c ${FORMAT} -- "$@" || exit 1; fi; stat -L -c ${FORMAT} /dev/fd/9`,
}

const functions = (format: string, held: Script): Script =>
  library(
    sh`digest() { if command -v "$1"sum >/dev/null 2>&1; then "$1"sum; else openssl dgst -r -"$1"; fi; }
sum_md5() { digest md5; }; sum_sha1() { digest sha1; }; sum_sha224() { digest sha224; }
sum_sha256() { digest sha256; }; sum_sha384() { digest sha384; }; sum_sha512() { digest sha512; }
look() {
  if [ -e "$1" ] || { [ -z "$2" ] && [ -L "$1" ]; }; then
    stat $2 -c ${format} -- "$1" || { [ ! -e "$1" ] || exit 1; printf '\000\000\000'; return; }
    printf '\000'
    if [ -z "$2" ] && [ -L "$1" ]; then
      readlink -n -- "$1"; printf '\000\000'
    else
      printf '\000'
      if [ -n "$3" ] && [ -f "$1" ]; then "$3" <"$1" || exit 1; fi
      printf '\000'
    fi
  else
    # Another run may have made it just now.
    if e=$(stat $2 -- "$1" 2>&1); then look "$@"; return; fi
    case $e in
      *'No such file'*|*'Not a directory'*|*'ymbolic links'*) printf '\000\000\000' ;;
      *) printf '%s\n' "$e" >&2; exit 1 ;;
    esac
  fi
}
hold() { held=; if [ -f "$1" ]; then exec 9<"$1"; held=1; fi; }
look_held() {
  if [ -z "$held" ]; then look "$@"; return; fi
  if [ -z "$2" ]; then set -- "$1"; else set --; fi
  ${held} || exit 1
  printf '\000\000\000'
}
read_held() { if [ -n "$held" ]; then cat <&9 || exit 1; fi; }`.text,
  )
const FUNCTIONS = { gnu: functions(FORMAT_GNU, HELD.gnu), other: functions(FORMAT, HELD.other) }

/** A call of `look`. */
export function look(
  path: string,
  options: { follow?: boolean; checksum?: string | undefined } = {},
): Script {
  const sum = options.checksum === undefined ? '' : `sum_${options.checksum}`
  return sh`look ${hostPath(path)} ${options.follow ? '-L' : ''} ${sum}`
}

/** Reads fields that end in NUL bytes, one after another. */
export interface FieldReader {
  next(): string
  /** What was not read yet, as bytes. */
  rest(): Buffer
  readonly done: boolean
}

/** A reader over what a probe printed. */
export function fieldReader(bytes: Buffer): FieldReader {
  let offset = 0
  return {
    next() {
      const end = bytes.indexOf(0, offset)
      if (end < 0) throw new Error(`the probe's answer ends early: ${bytes.toString('utf8').slice(-200)}`)
      const field = bytes.subarray(offset, end).toString('utf8')
      offset = end + 1
      return field
    },
    rest: () => bytes.subarray(offset),
    get done() {
      return offset >= bytes.length
    },
  }
}

const FIELDS = FORMAT.split('\n').length

/** Reads what one `look` printed; undefined where there is nothing at that path. */
export function readPath(fields: FieldReader): PathState | undefined {
  const [status, target, sum] = [fields.next(), fields.next(), fields.next()]
  if (status === '') return undefined
  const state = parseStatus(status)
  const known = status.split('\n')
  const same = [2, 3].every((index) => known[index] === known[index + FIELDS])
  if (known.length > FIELDS * 2 && !same) {
    throw new ReplacedError('the file was replaced while it was read')
  }
  const checksum = sum === '' ? {} : { checksum: sum.slice(0, sum.search(/[^0-9a-f]|$/)) }
  return { ...state, ...(state.type === 'link' && { target }), ...checksum }
}

/** Reads what `stat -c` printed in that format. */
export function parseStatus(text: string): PathState {
  const [raw = '', links, inode, device, uid, gid, owner = '', group = '', size, atime, mtime, ctime] =
    text.split('\n')
  const bits = Number.parseInt(raw, 16)
  return {
    type: TYPES[bits >> 12] ?? 'file',
    mode: bits & 0o7777,
    links: Number(links),
    inode: Number(inode),
    device: Number(device),
    uid: Number(uid),
    gid: Number(gid),
    // stat prints UNKNOWN for a number without a name; Ansible's results then hold the number as text.
    owner: owner === 'UNKNOWN' ? String(uid) : owner,
    group: group === 'UNKNOWN' ? String(gid) : group,
    size: Number(size),
    atime: Number(atime),
    mtime: Number(mtime),
    ctime: Number(ctime),
  }
}

/**
 * A path as commands take it: a relative one begins with `./`, so that no name is an option or an operator.
 * Slashes at the end go, since with them a symbolic link stands for what it points to.
 */
export function hostPath(path: string): string {
  const trimmed = path.replace(/(?<=.)\/+$/, '')
  return trimmed.startsWith('/') ? trimmed : `./${trimmed}`
}

/** The folder a path lies in. */
export function parentOf(path: string): string {
  const clean = hostPath(path)
  return clean.slice(0, clean.lastIndexOf('/')) || '/'
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? ''
}

/** A path below a folder. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`
}
