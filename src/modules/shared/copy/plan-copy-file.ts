import { MissingError } from '../../../core/errors.ts'
import { expectAbsent } from '../../../core/expectation.ts'
import { nothing, type Plan } from '../../../core/module.ts'
import type { Attributes } from '../attributes.ts'
import { LARGEST_DIFF } from '../content.ts'
import type { DestView } from '../dest.ts'
import { makeFolders } from '../file/plan-directory.ts'
import { parentOf } from '../path-state.ts'
import { planFile, preserveMode } from '../plan-file.ts'
import type { SourceEntry } from './source.ts'

export interface CopyRequest extends Attributes {
  readonly dest: string
  readonly src: string | undefined
  readonly force: boolean
  readonly follow: boolean
  readonly backup: boolean
  readonly validate: string | undefined
  readonly directory_mode?: string | number | undefined
  readonly diff: boolean
}

/**
 * Puts one file in its place: what copy and template have in common.
 * @throws {MissingError} when the folder for it does not exist
 */
export function planCopyFile(request: CopyRequest, source: SourceEntry, view: DestView): Plan {
  const { dest, src, follow, force } = request
  const through = follow && view.found?.type === 'link'
  const found = through ? view.behind : view.found
  const path = through ? view.realPath : view.path.replace(/^\.\/(?!-)/, '')
  const result = { dest: path, ...(src !== undefined && { src }), checksum: source.checksum }
  if (found?.type === 'directory')
    return { ...nothing(result), failed: `${path} is a folder, so no file can be written there` }
  if (found !== undefined && !force) return nothing({ dest: path, ...(src !== undefined && { src }) })
  const folders = dest.endsWith('/') && !view.hasParent ? view.missing : []
  if (!view.hasParent && folders.length === 0) {
    throw new MissingError(`Destination directory ${parentOf(path)} does not exist`, { result })
  }
  const { content = '', checksum, size, mode } = source
  const bytes =
    typeof content === 'string' ? Buffer.from(content) : Buffer.isBuffer(content) ? content : undefined
  const wish = { ...request, path, mode: preserveMode(request.mode, mode), report: true }
  const before = request.diff ? view.before.subarray(0, LARGEST_DIFF) : undefined
  const plan = planFile(wish, { content, checksum, size, bytes }, found, {
    identity: view.identity,
    before,
    // Without force what is there stays, also what has appeared since.
    expects: force ? undefined : expectAbsent(path),
  })
  const writes = plan.changes.some(({ what }) => what === 'content')
  const made = { owner: undefined, group: undefined, mode: request.directory_mode }
  return {
    changes: [
      ...folders.map((folder) => ({ what: `state of ${folder}`, before: 'absent', after: 'directory' })),
      ...plan.changes,
    ],
    steps: [...makeFolders(folders, made, view.identity), ...plan.steps],
    result: { ...result, ...(writes && source.md5 !== undefined && { md5sum: source.md5 }), ...plan.fields },
  }
}
