import { lines, Script, sh } from '../../../core/quote.ts'
import {
  type FieldReader,
  fieldReader,
  hostPath,
  lookFunctions,
  type PathState,
  parseStatus,
  statusFormat,
} from '../path-state.ts'

/** What lies below one of the paths. */
export interface Walked {
  readonly path: string
  /** Why it could not be walked, or not all of it; empty when it could. */
  readonly problem: string
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly path: string
  readonly state: PathState
  /** Of a file, when it was asked for: what it holds, or `+` where grep found a line. */
  readonly content?: Buffer
}

export interface WalkRequest {
  readonly paths: readonly string[]
  /** How many folders deep; undefined is all of them. */
  readonly depth: number | undefined
  readonly follow: boolean
  readonly checksum: string | undefined
  readonly userland: string
  /** Which files to read, by name, and how: an expression for grep, or all that they hold. */
  readonly content: { readonly names: readonly string[]; readonly grep: string | undefined } | undefined
}

/** How much of a file is looked at where grep cannot tell. */
const LARGEST = 16 * 1024 * 1024
const BASE = new Script('${f##*/}')

/**
 * The probe. For each path: every entry below it, as stat prints it, with the name behind; then of each file its name,
 * checksum and content, where those are wanted; then what find complained of. At the end the target's time.
 */
export function walkProbe(request: WalkRequest): Script {
  const { follow, depth, userland } = request
  const limits = ['-mindepth', '1', ...(depth === undefined ? [] : ['-maxdepth', String(depth)])]
  const details = detailsOf(request)
  const walks = request.paths.map((path) => {
    const file = hostPath(path)
    // With a slash at the end a link to a folder is walked, too.
    const words = [...(follow ? ['-L'] : []), file === '/' ? '/' : `${file}/`, ...limits]
    // A name holds no slash, so two of them and a newline end a record for certain.
    const list = sh`find ${words} -exec stat -c ${`${statusFormat(userland)}\n%n//`} -- {} + 2>&1 >&4`
    const more = details && sh`find ${words} -type f -exec sh -c ${details.text} sh {} + 2>/dev/null`
    return sh`if [ -d ${file} ]; then printf '+\000'; e=$(${list}); printf '\000'; ${more ?? sh`:`}; printf '\000%s\000' "$e"
else printf -- '-\000'; fi`
  })
  return lines(sh`{`, ...walks, sh`} 4>&1; date +%s`)
}

function detailsOf({ checksum, content, userland }: WalkRequest): Script | undefined {
  if (checksum === undefined && content === undefined) return undefined
  const sum = checksum === undefined ? sh`:` : sh`${new Script(`sum_${checksum}`)} <"$f"`
  return lines(
    lookFunctions(userland),
    sh`for f do [ -r "$f" ] || continue; printf '%s\000' "$f"; ${sum}; printf '\000'; ${read(content)}; printf '\000'; done`,
  )
}

// As base64: a file may hold NUL bytes, which end fields here.
function read(content: WalkRequest['content']): Script {
  if (content === undefined) return sh`:`
  const { names, grep } = content
  const one =
    grep === undefined
      ? sh`head -c ${LARGEST} <"$f" | base64`
      : sh`if grep -q -E -e ${grep} <"$f"; then printf Kw==; fi`
  if (names.length === 0) return one
  return sh`case ${BASE} in ${new Script(names.map(casePattern).join('|'))}) ${one};; esac`
}

// What is no letter and no wildcard is quoted, one by one.
function casePattern(glob: string): string {
  return glob.replace(/[^A-Za-z0-9_.*?[\]!-]/gu, (letter) => (letter === '\n' ? "'\n'" : `\\${letter}`))
}

/** Reads what `walkProbe` printed. */
export function readWalk(
  bytes: Buffer,
  request: WalkRequest,
): { readonly walked: readonly Walked[]; readonly now: number } {
  const fields = fieldReader(bytes)
  const walked = request.paths.map((path): Walked => {
    if (fields.next() === '-') return { path, problem: `'${path}' is not a directory`, entries: [] }
    const listed = fields.next()
    const details = new Map(readDetails(fields))
    const entries = listed
      .split('//\n')
      .slice(0, -1)
      .map((record) => {
        const { status, name } = splitRecord(record)
        const { checksum, content } = details.get(name) ?? {}
        const state = { ...parseStatus(status), ...(checksum !== undefined && { checksum }) }
        return { path: shortPath(name), state, ...(content && { content }) }
      })
    return { path, entries, problem: fields.next().trim() }
  })
  return { walked, now: Number(fields.rest().toString()) }
}

const STATUS_LINES = statusFormat('other').split('\n').length

function splitRecord(record: string): { readonly status: string; readonly name: string } {
  const parts = record.split('\n')
  return {
    status: parts.slice(0, STATUS_LINES).join('\n'),
    name: parts.slice(STATUS_LINES).join('\n'),
  }
}

function* readDetails(
  fields: FieldReader,
): Iterable<[name: string, { readonly checksum: string | undefined; readonly content: Buffer }]> {
  for (let name = fields.next(); name !== ''; name = fields.next()) {
    const [checksum] = /^[0-9a-f]+/.exec(fields.next()) ?? []
    yield [name, { checksum, content: Buffer.from(fields.next(), 'base64') }]
  }
}

/** A path as the results have it: a relative one without the `./` that keeps it from being an option. */
export function shortPath(path: string): string {
  return path.replace(/^\.\/(?!-)/, '')
}
