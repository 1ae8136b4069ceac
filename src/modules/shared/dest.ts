import { lines, Script, sh } from '../../core/quote.ts'
import { type Attributes, type Identity, identityProbe, readIdentity } from './attributes.ts'
import { LARGEST_DIFF, sha1 } from './content.ts'
import { fieldReader, hostPath, lookFunctions, type PathState, readPath } from './path-state.ts'

/** Where a file is to be written, and what is there. */
export interface DestView {
  readonly identity: Identity
  /** The file itself: inside `dest` when that is a folder. */
  readonly path: string
  readonly found: PathState | undefined
  /** What a symbolic link at the path leads to, and where that is. */
  readonly behind: PathState | undefined
  readonly realPath: string
  /** The folder that the file lies in exists. */
  readonly hasParent: boolean
  /** The folders that `dest` names and that do not exist, outermost first. */
  readonly missing: readonly string[]
  /** What the file holds, when that was asked for; cut one byte above what a diff shows. */
  readonly before: Buffer
}

export interface DestRequest extends Pick<Attributes, 'owner' | 'group'> {
  readonly dest: string
  /** The file's name when `dest` is a folder, or a shell word that gives it; without it a folder stands for itself. */
  readonly name: string | Script | undefined
  readonly content: 'none' | 'diff' | 'all'
  readonly userland: string
}

/** The folders above a path, outermost first, and the path itself. */
export function pathsDownTo(path: string): readonly string[] {
  const parts = hostPath(path).split('/')
  const all = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  return all.filter((one) => one !== '' && one !== '.')
}

// The text of an sh template cannot hold `${` itself.
const PARENT = new Script('${d%/*}')

const NAMED = sh`look "$d" '' sum_sha1
if [ -L "$d" ]; then look "$d" -L sum_sha1; readlink -f -- "$d"; else printf '\000\000\000'; fi`

// What is edited is read once: its checksum is that of what was read.
const HELD = sh`hold "$d"
if [ -L "$d" ]; then look "$d" '' ''; look_held "$d" -L; readlink -f -- "$d"
else look_held "$d" '' ''; printf '\000\000\000'; fi`

/** The probe for a destination: `$d` is the file's path in what follows it. It leaves the content for the end. */
export function destProbe(request: DestRequest): Script {
  const { dest, name, userland } = request
  const inFolder = dest.endsWith('/')
  const file = hostPath(dest)
  const inside = sh`d=${file === '/' ? '' : file}/${name ?? ''}`
  return lines(
    lookFunctions(userland),
    identityProbe(request),
    name === undefined
      ? sh`d=${file}`
      : inFolder
        ? inside
        : sh`if [ -d ${file} ]; then ${inside}; else d=${file}; fi`,
    sh`printf '%s\000' "$d"`,
    request.content === 'all' ? HELD : NAMED,
    sh`printf '\000'
if [ -d "${PARENT}/" ]; then printf +; fi; printf '\000'
for p in ${pathsDownTo(dest)}; do if [ -e "$p" ]; then printf +; else printf -- -; fi; done; printf '\000'`,
    request.content === 'none'
      ? undefined
      : request.content === 'all'
        ? sh`read_held`
        : sh`if [ -f "$d" ]; then head -c ${LARGEST_DIFF + 1} <"$d" || exit 1; fi`,
  )
}

/** Reads what `destProbe` printed. */
export function readDest(bytes: Buffer, request: DestRequest): DestView {
  const fields = fieldReader(bytes)
  const identity = readIdentity(fields, request)
  const path = fields.next()
  const found = readPath(fields)
  const behind = readPath(fields)
  const realPath = fields.next().replace(/\n$/, '') || path
  const hasParent = fields.next() === '+'
  const marks = fields.next()
  const missing = pathsDownTo(request.dest).filter((_, index) => marks[index] === '-')
  const before = fields.rest()
  const summed = (state: PathState | undefined) =>
    request.content === 'all' && state?.type === 'file' ? { ...state, checksum: sha1(before) } : state
  return {
    identity,
    path,
    found: summed(found),
    behind: summed(behind),
    realPath,
    hasParent,
    missing,
    before,
  }
}
