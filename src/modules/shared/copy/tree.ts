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
  const looks = entries.map(({ name }) => look(entryPath(request.dest, name), { checksum: 'sha1' }))
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
  const each = sh`for f do n=${BELOW}; printf '%s\000' "${NAME}"; look "$f" ${flag} sum_sha1; look ${hostPath(request.dest)}"$n" '' sum_sha1; done`
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
  const folders = { ...request, mode: request.directory_mode }
  const above = view.missing.slice(0, -1)
  for (const path of above) changes.push({ what: `state of ${path}`, before: 'absent', after: 'directory' })
  steps.push(...makeFolders(above, folders, view.identity))
  for (const { source, found } of view.pairs) {
    const path = entryPath(request.dest, source.name)
    const isFolder = found?.type === 'directory'
    if (found !== undefined && isFolder !== (source.type === 'directory')) {
      return {
        changes: [],
        steps: [],
        result,
        failed: `${path} is a ${stateWord(found)}, but the source is a ${source.type}`,
      }
    }
    const plan = planEntry(path, source, found, { request, folders, identity: view.identity })
    changes.push(...plan.changes)
    steps.push(...plan.steps)
  }
  return { changes, steps, result }
}

function planEntry(
  path: string,
  source: SourceEntry,
  found: PathState | undefined,
  context: { readonly request: TreeRequest; readonly folders: Attributes; readonly identity: Identity },
): { readonly changes: readonly Change[]; readonly steps: readonly Step[] } {
  const { request, folders, identity } = context
  const rename = (list: readonly Change[]) =>
    list.map((change) =>
      change.file === undefined ? { ...change, what: `${change.what} of ${path}` } : change,
    )
  if (source.type === 'directory') {
    if (found !== undefined) return { changes: [], steps: [] }
    const change = { what: `state of ${path}`, before: 'absent', after: 'directory' }
    return { changes: [change], steps: makeFolders([path], folders, identity) }
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
  const wish = { ...request, path, mode: preserveMode(request.mode, source.mode) }
  const plan = planFile(wish, { content, checksum, size, bytes }, found, {
    identity,
    expects: request.force ? undefined : expectAbsent(path),
  })
  return { changes: rename(plan.changes), steps: plan.steps }
}
