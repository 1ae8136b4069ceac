import { lines, type Script, sh } from '../../../core/quote.ts'
import { type Attributes, type Identity, identityProbe, readIdentity } from '../attributes.ts'
import { pathsDownTo } from '../dest.ts'
import {
  type FieldReader,
  fieldReader,
  hostPath,
  look,
  lookFunctions,
  type PathState,
  parentOf,
  readPath,
} from '../path-state.ts'
import { flagsProbe } from './flags.ts'
import type { LocalTimes } from './times.ts'

/** What the file module reads of a host. */
export interface FileView {
  readonly identity: Identity
  /** The path that is looked at, where it is another one than what was given: one in that folder. */
  readonly inside?: string
  /** The path itself; undefined when there is nothing. */
  readonly found: PathState | undefined
  /** What a symbolic link at the path leads to, and where that is; undefined when it leads nowhere. */
  readonly behind: PathState | undefined
  readonly realPath: string
  /** The folders above the path that do not exist, outermost first. */
  readonly missing: readonly string[]
  /** What `src` names. */
  readonly source: PathState | undefined
  /** The path is a folder with nothing in it. */
  readonly empty: boolean
  readonly times: LocalTimes
  /** The letters of lsattr, when they are wanted. */
  readonly flags: string
  /** The file holds NUL bytes near its beginning, when that is wanted. */
  readonly binary: boolean
  /** Everything below the path, when all of it is to be changed. */
  readonly entries: readonly FileEntry[]
  /** What symbolic links below the path lead to, and what is below that, when they are to be followed. */
  readonly linked: readonly FileEntry[]
}

export interface FileEntry {
  readonly path: string
  readonly state: Pick<PathState, 'type' | 'mode' | 'uid' | 'gid' | 'owner' | 'group'>
}

/** What of a view is wanted, besides the path itself. */
export interface ViewRequest extends Attributes {
  readonly path: string
  readonly src: string | undefined
  /** Follow a symbolic link at `src`. */
  readonly follow_src: boolean
  readonly recurse: boolean
  /** Follow symbolic links below the path as well. */
  readonly follow_below: boolean
  /** Whether a folder at the path is empty. */
  readonly emptiness: boolean
  /** The times, in the target's own zone. */
  readonly times: boolean
  /** Whether the file's flags are wanted. */
  readonly flags: boolean
  readonly peek: boolean
  readonly userland: string
}

// A name holds no slash, so two of them and a newline end a line for certain.
const ENTRY = '%f %u %g %U:%G %n//'

/** The probe for a view. */
export function viewProbe(request: ViewRequest): Script {
  const { path, src, userland } = request
  const file = hostPath(path)
  return lines(
    lookFunctions(userland),
    identityProbe(request),
    look(path),
    sh`if [ -L ${file} ]; then ${look(path, { follow: true })}; readlink -f -- ${file}; else printf '\000\000\000'; fi; printf '\000'`,
    sh`for p in ${pathsDownTo(path)}; do if [ -e "$p" ] || [ -L "$p" ]; then printf +; else printf -- -; fi; done; printf '\000'`,
    src === undefined ? sh`printf '\000\000\000'` : sourceProbe(file, src, request.follow_src),
    // Each command is a process on the target: what nobody will look at is not asked.
    request.emptiness
      ? sh`if [ -d ${file} ] && [ ! -L ${file} ]; then ls -A -- ${file} | head -c 1 | wc -c; fi`
      : undefined,
    sh`printf '\000'`,
    request.flags ? flagsProbe(path) : undefined,
    sh`printf '\000'`,
    request.peek ? sh`if [ -f ${file} ]; then head -c 8192 <${file} | tr -dc '\000' | wc -c; fi` : undefined,
    sh`printf '\000'`,
    request.times ? localTimes(file) : sh`printf '\000\000'`,
    request.recurse
      ? sh`if [ -d ${file} ]; then find ${file}/ -exec stat -c ${ENTRY} -- {} + || exit 1; fi`
      : undefined,
    sh`printf '\000'`,
    // Links in a circle make find complain; what it finds is all there is.
    request.recurse && request.follow_below
      ? sh`if [ -d ${file} ]; then find -L ${file}/ ! -type l -exec stat -L -c ${ENTRY} -- {} + 2>/dev/null; fi; true`
      : undefined,
  )
}

function localTimes(file: string): Script {
  return sh`for f in %Y %X; do if [ -e ${file} ]; then date -d "@$(stat -L -c $f -- ${file})" +%Y%m%d%H%M.%S || exit 1; fi; printf '\000'; done`
}

// A relative source is meant from where the link will be: from inside the path when that is a folder.
function sourceProbe(file: string, src: string, follow: boolean): Script {
  const found = src.startsWith('/') ? sh`${hostPath(src)}` : sh`"$b"/${src}`
  return sh`b=${parentOf(file)}; if [ -d ${file} ] && [ ! -L ${file} ]; then b=${file}; fi; look ${found} ${follow ? '-L' : ''} ''`
}

/** Reads what `viewProbe` printed. */
export function readView(bytes: Buffer, request: ViewRequest): FileView {
  const fields = fieldReader(bytes)
  const identity = readIdentity(fields, request)
  const found = readPath(fields)
  const behind = readPath(fields)
  const realPath = fields.next().replace(/\n$/, '') || request.path
  const marks = fields.next()
  const missing = pathsDownTo(request.path).filter((_, index) => marks[index] === '-')
  const source = readPath(fields)
  const empty = fields.next().trim() === '0'
  const flags = fields.next().trim()
  const binary = Number(fields.next()) > 0
  const times = { modification: fields.next().trim(), access: fields.next().trim() }
  return {
    identity,
    found,
    behind,
    realPath,
    missing,
    source,
    empty,
    flags,
    binary,
    times,
    ...readTree(fields),
  }
}

function readTree(fields: FieldReader): Pick<FileView, 'entries' | 'linked'> {
  const entries = readEntries(fields.next())
  const own = new Set(entries.filter(({ state }) => state.type !== 'link').map(({ path }) => path))
  return { entries, linked: readEntries(fields.rest().toString('utf8')).filter(({ path }) => !own.has(path)) }
}

function readEntries(text: string): FileEntry[] {
  const records = text.split('//\n')
  return records.slice(0, -1).map((record) => {
    const [, bits = '', uid, gid, names = '', path = ''] =
      /^(\S+) (\d+) (\d+) (.*?) ([./].*)$/s.exec(record) ?? []
    const raw = Number.parseInt(bits, 16)
    const type = { 4: 'directory', 10: 'link' }[raw >> 12] ?? 'file'
    const [owner = '', group = ''] = names.split(':')
    return {
      path,
      state: {
        type: type as PathState['type'],
        mode: raw & 0o7777,
        uid: Number(uid),
        gid: Number(gid),
        owner,
        group,
      },
    }
  })
}
