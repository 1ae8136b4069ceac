import { expectAbsent } from '../../../core/expectation.ts'
import type { Change, Plan, Step } from '../../../core/module.ts'
import { PLACE } from '../../../core/place.ts'
import { lines, Script, sh } from '../../../core/quote.ts'
import {
  type Attributes,
  type Identity,
  identityProbe,
  newPath,
  planAttributes,
  readIdentity,
  stateWord,
} from '../attributes.ts'
import { pathsDownTo } from '../dest.ts'
import { makeFolders } from '../file/plan-directory.ts'
import { formatMode } from '../file-mode.ts'
import {
  fieldReader,
  hostPath,
  joinPath,
  look,
  lookFunctions,
  type PathState,
  readPath,
} from '../path-state.ts'
import { planFile, preserveMode } from '../plan-file.ts'
import type { SourceEntry } from './source.ts'

/** A folder to copy, each entry with what is at its destination. */
export interface TreeView {
  readonly identity: Identity
  /** The destination's folders that do not exist, outermost first. */
  readonly missing: readonly string[]
  readonly pairs: readonly { readonly source: SourceEntry; readonly found: PathState | undefined }[]
}

export interface TreeRequest extends Attributes {
  /** The folder that takes the place of the source folder. */
  readonly dest: string
  readonly directory_mode: string | number | undefined
  readonly backup: boolean
  readonly force: boolean
  readonly validate: string | undefined
  readonly diff: boolean
  readonly userland: string
  /**
   * The source is on the target: what is made has the source's modes, and `mode` is only for the destination itself.
   * `links` says whether links are copied into directories that exist: as Ansible, only if `local_follow` is given.
   */
  readonly onTarget?: { readonly links: boolean } | undefined
}

function head(request: TreeRequest): Script {
  return lines(
    lookFunctions(request.userland),
    identityProbe(request),
    sh`for p in ${pathsDownTo(request.dest)}; do if [ -e "$p" ]; then printf +; else printf -- -; fi; done; printf '\000'`,
  )
}

/** The probe for a folder of the controller: what is at each entry's destination. */
export function treeProbe(request: TreeRequest, entries: readonly SourceEntry[]): Script {
  // A directory of the destination may be reached by a link.
  const looks = entries.map(({ name, type }) =>
    look(entryPath(request.dest, name), { checksum: 'sha1', follow: type === 'directory' }),
  )
  return lines(head(request), ...looks)
}

// The text of an sh template cannot hold `${` itself.
const BELOW = new Script('${f#"$0"}')
const NAME = new Script('${n#/}')

/**
 * The probe for a folder of the host: every entry of it, and what is at its destination.
 * @param follow copy what links lead to
 */
export function hostTreeProbe(
  request: TreeRequest,
  src: string,
  options: { readonly follow: boolean },
): Script {
  const flag = options.follow ? '-L' : ''
  const each = sh`for f do n=${BELOW}; printf '%s\000' "${NAME}"; look "$f" ${flag} sum_sha1; l=; if [ -d "$f" ] && { [ -n "${flag}" ] || [ ! -L "$f" ]; }; then l=-L; fi; look ${hostPath(request.dest)}"$n" "$l" sum_sha1; done`
  const script = lines(lookFunctions(request.userland), each)
  const from = hostPath(src)
  // The trailing slash enters a folder that is reached by a link; the child shell strips it from the names.
  return lines(
    head(request),
    sh`find ${options.follow ? ['-L'] : []} ${from}/ -exec sh -c ${script.text} ${from} {} + || exit 1`,
  )
}

/** Reads what `treeProbe` printed. */
export function readTree(bytes: Buffer, request: TreeRequest, entries: readonly SourceEntry[]): TreeView {
  const fields = fieldReader(bytes)
  const start = readHead(fields, request)
  return { ...start, pairs: entries.map((source) => ({ source, found: readPath(fields) })) }
}

/** Reads what `hostTreeProbe` printed. */
export function readHostTree(bytes: Buffer, request: TreeRequest, src: string): TreeView {
  const fields = fieldReader(bytes)
  const start = readHead(fields, request)
  const pairs: TreeView['pairs'][number][] = []
  while (!fields.done) {
    const name = fields.next()
    const state = readPath(fields)
    const found = readPath(fields)
    if (state !== undefined) pairs.push({ source: hostEntry(joinPath(src, name), name, state), found })
  }
  return { ...start, pairs: pairs.sort((a, b) => (a.source.name < b.source.name ? -1 : 1)) }
}

function readHead(fields: ReturnType<typeof fieldReader>, request: TreeRequest): Omit<TreeView, 'pairs'> {
  const identity = readIdentity(fields, request)
  const marks = fields.next()
  return { identity, missing: pathsDownTo(request.dest).filter((_, index) => marks[index] === '-') }
}

/** A file of the host as a source: its content is copied there, without passing here. */
export function hostEntry(path: string, name: string, state: PathState): SourceEntry {
  const { mode, size, checksum, target } = state
  const type = state.type === 'directory' || state.type === 'link' ? state.type : 'file'
  return { name, type, mode, size, checksum, target, content: { script: sh`cat <${hostPath(path)}` } }
}

function entryPath(dest: string, name: string): string {
  return name === '' ? hostPath(dest) : joinPath(hostPath(dest), name)
}

/**
 * Copies a folder: makes its folders (with `directory_mode`, where they are new), its files and its links. What the
 * destination holds besides stays.
 */
export function planTreeCopy(request: TreeRequest, view: TreeView): Plan {
  const changes: Change[] = []
  const steps: Step[] = []
  const result = { dest: request.dest }
  const above = view.missing.slice(0, -1)
  const [root] = view.pairs
  const mode = request.onTarget ? preserveMode(request.mode, root?.source.mode) : request.directory_mode
  const folders = { ...request, mode }
  for (const path of above) changes.push({ what: `state of ${path}`, before: 'absent', after: 'directory' })
  steps.push(...makeFolders(above, folders, view.identity))
  const existing = new Set(view.pairs.flatMap((pair) => (pair.found === undefined ? [] : [pair.source.name])))
  for (const { source, found } of view.pairs) {
    const path = entryPath(request.dest, source.name)
    if (request.onTarget?.links === false && source.type === 'link' && existing.has(parentOf(source.name))) {
      continue
    }
    const isFolder = found?.type === 'directory'
    if (found !== undefined && isFolder !== (source.type === 'directory')) {
      return {
        changes: [],
        steps: [],
        result,
        failed: `${path} is a ${stateWord(found)}, but the source is a ${source.type}`,
      }
    }
    const plan = planEntry(path, source, found, { request, folders, identity: view.identity, above })
    changes.push(...plan.changes)
    steps.push(...plan.steps)
  }
  return { changes, steps, result }
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')))
}

function planEntry(
  path: string,
  source: SourceEntry,
  found: PathState | undefined,
  context: {
    readonly request: TreeRequest
    readonly folders: Attributes
    readonly identity: Identity
    readonly above: readonly string[]
  },
): { readonly changes: readonly Change[]; readonly steps: readonly Step[] } {
  const { request, folders, identity, above } = context
  const rename = (list: readonly Change[]) =>
    list.map((change) =>
      change.file === undefined ? { ...change, what: `${change.what} of ${path}` } : change,
    )
  if (source.type === 'directory') {
    const isRoot = source.name === ''
    const own = isRoot ? folders.mode : undefined
    if (found !== undefined) {
      if (request.onTarget === undefined) return { changes: [], steps: [] }
      const { changes, steps } = planAttributes(path, { ...request, mode: own }, found, identity)
      return { changes: rename(changes), steps }
    }
    const change = { what: `state of ${path}`, before: 'absent', after: 'directory' }
    // As in Ansible, `mode` is for the outermost directory that is made, and the source's below it has the usual one.
    const copied = isRoot && above.length > 0 ? undefined : (own ?? formatMode(source.mode))
    const wish = request.onTarget ? { ...folders, mode: copied } : folders
    return { changes: [change], steps: makeFolders([path], wish, identity) }
  }
  if (found !== undefined && !request.force) return { changes: [], steps: [] }
  if (source.type === 'link') {
    const isRight = found?.type === 'link' && found.target === source.target
    const link = { ...newPath('file', identity), ...(isRight && found), type: 'link' as const, mode: 0o777 }
    const attributes = planAttributes(path, { ...request, mode: undefined }, link, identity)
    if (isRight) return { changes: rename(attributes.changes), steps: attributes.steps }
    const target = source.target ?? ''
    const change = { what: `link ${path}`, before: found?.target ?? stateWord(found), after: target }
    const script = lines(PLACE, sh`place_beside ${path}; place_link ${target}`)
    return {
      changes: [change],
      steps: [{ kind: 'script', label: `link ${path}`, script }, ...attributes.steps],
    }
  }
  const { content = '', checksum, size } = source
  const bytes = Buffer.isBuffer(content) ? content : undefined
  const isSame = found !== undefined && found.checksum === checksum
  const copied = isSame ? undefined : formatMode(source.mode)
  const wish = { ...request, path, mode: request.onTarget ? copied : preserveMode(request.mode, source.mode) }
  const plan = planFile(wish, { content, checksum, size, bytes }, found, {
    identity,
    expects: request.force ? undefined : expectAbsent(path),
  })
  return { changes: rename(plan.changes), steps: plan.steps }
}
