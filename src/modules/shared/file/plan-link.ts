import { MissingError } from '../../../core/errors.ts'
import type { Plan, Step } from '../../../core/module.ts'
import { PLACE } from '../../../core/place.ts'
import { lines, type Script, sh } from '../../../core/quote.ts'
import { type Attributes, newPath, planAttributes, stateWord, statusFields } from '../attributes.ts'
import { hostPath, parentOf } from '../path-state.ts'
import type { FileView } from './look-at.ts'

export interface LinkRequest {
  readonly path: string
  readonly src: string | undefined
  readonly force: boolean
  readonly follow: boolean
  readonly attributes: Attributes
}

/** @throws {MissingError} naming the folder a new file would lie in, when there is none */
export function mustHaveParent(path: string, view: Pick<FileView, 'missing'>): void {
  if (!view.missing.includes(parentOf(path))) return
  throw new MissingError(`the folder ${parentOf(path)} does not exist, so ${path} cannot be made`, {
    result: { path },
  })
}

/** What stands in the way of a link, or undefined. */
function obstacle(request: LinkRequest, view: FileView, kind: 'symlink' | 'hard link'): string | undefined {
  const { found } = view
  if (found === undefined || (found.type === 'link' && kind === 'symlink')) return undefined
  if (found.type === 'directory') {
    if (!request.force || kind === 'hard link')
      return `refusing to convert from directory to ${kind} for ${request.path}`
    return view.empty ? undefined : `the directory ${request.path} is not empty, refusing to convert it`
  }
  if (request.force) return undefined
  return kind === 'symlink'
    ? `refusing to convert from ${stateWord(found)} to symlink for ${request.path}`
    : `Cannot link, ${stateWord(found)} exists at destination`
}

/**
 * Keeps a symbolic link. With `follow` the attributes are those of what it leads to.
 * @throws {MissingError} when what it should lead to is not there and `force` is not set
 */
export function planSymbolicLink(request: LinkRequest, view: FileView): Plan {
  const { path, force, follow, attributes } = request
  const { found, identity } = view
  const src = request.src ?? (found?.type === 'link' ? found.target : undefined)
  if (src === undefined)
    return { changes: [], steps: [], failed: 'src is required for creating new symlinks' }
  const result = { dest: path, src }
  if (request.src !== undefined && view.source === undefined && !force) {
    throw new MissingError(
      `src file does not exist, use "force=yes" if you really want to create the link: ${src}`,
      {
        result: { path, src },
      },
    )
  }
  const failed = obstacle(request, view, 'symlink')
  if (failed !== undefined) return { changes: [], steps: [], result: { path, src }, failed }
  if (found === undefined) mustHaveParent(path, view)
  const isRight = found?.type === 'link' && found.target === src
  const steps: Step[] = []
  if (!isRight) {
    const clear = found?.type === 'directory' ? sh`rmdir -- "./$w_n" && ` : sh``
    steps.push({
      kind: 'script',
      label: `link ${path} to ${src}`,
      script: lines(PLACE, sh`place_beside ${hostPath(path)}; ${clear}place_link ${src}`),
    })
  }
  const linked = isRight
    ? found
    : { ...newPath('file', identity), type: 'link' as const, mode: 0o777, size: Buffer.byteLength(src) }
  const target = !follow ? linked : isRight ? view.behind : view.source
  const targetPath = !follow ? path : isRight ? view.realPath : absoluteSource(path, src)
  const rest = target === undefined ? NOTHING : planAttributes(targetPath, attributes, target, identity)
  const described =
    found?.type === 'link'
      ? { what: 'src', before: found.target, after: src }
      : { what: 'state', before: stateWord(found), after: 'link' }
  return {
    changes: [...(isRight ? [] : [described]), ...rest.changes],
    steps: [...steps, ...rest.steps],
    result: { ...result, ...statusFields(linked) },
  }
}

// A link that leads nowhere has no attributes to set.
const NOTHING = { changes: [], steps: [] }

// A path as it is named from where the shell was at the start.
function relative(path: string): Script {
  return path.startsWith('/') ? sh`${path}` : sh`"$w_from"/${path}`
}

function absoluteSource(path: string, src: string): string {
  return src.startsWith('/') ? src : `${parentOf(path)}/${src}`
}

/**
 * Keeps a hard link: another name of the file that `src` names.
 * @throws {MissingError} when there is no such file
 */
export function planHardLink(request: LinkRequest, view: FileView): Plan {
  const { path, src, attributes } = request
  const { found, source, identity } = view
  if (src === undefined) {
    if (found !== undefined && stateWord(found) === 'hard') {
      const planned = planAttributes(path, attributes, found, identity)
      return { ...planned, result: { dest: path, ...statusFields(found), ...planned.fields } }
    }
    return { changes: [], steps: [], failed: 'src is required for creating new hardlinks' }
  }
  if (source === undefined) throw new MissingError('src does not exist', { result: { dest: path, src } })
  const same = found !== undefined && found.inode === source.inode && found.device === source.device
  const failed = same ? undefined : obstacle(request, view, 'hard link')
  if (failed !== undefined) return { changes: [], steps: [], result: { dest: path, src }, failed }
  if (found === undefined) mustHaveParent(path, view)
  const planned = planAttributes(path, attributes, source, identity)
  const from = absoluteSource(hostPath(path), src)
  const script = lines(PLACE, sh`w_from=$PWD; place_beside ${hostPath(path)}; place_name ${relative(from)}`)
  return {
    changes: [
      ...(same ? [] : [{ what: 'state', before: stateWord(found), after: 'hard' }]),
      ...planned.changes,
    ],
    steps: [
      ...(same ? [] : [{ kind: 'script', label: `link ${path} to ${src}`, script } as const]),
      ...planned.steps,
    ],
    result: { dest: path, src, ...statusFields(source), ...planned.fields, state: 'hard' },
  }
}
