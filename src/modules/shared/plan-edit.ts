import { expectFile } from '../../core/expectation.ts'
import type { Plan } from '../../core/module.ts'
import { sha1 } from './content.ts'
import type { DestView } from './dest.ts'
import { makeFolders } from './file/plan-directory.ts'
import { type FileWish, planFile } from './plan-file.ts'

/** A text after an edit, and Ansible's words for what was done; they are empty when all was right. */
export interface Edited {
  readonly bytes: Buffer
  readonly msg: string
}

const ATTRIBUTES_CHANGED = 'ownership, perms or SE linux context changed'

/**
 * Writes an edited text back, with the file's owner, group and mode as wanted: what the modules that edit text have
 * in common. A file that is not there is made, with the folders above it.
 */
export function planEdit(
  args: Omit<FileWish, 'path' | 'diff' | 'report'>,
  { bytes, msg }: Edited,
  context: {
    /** The file itself, behind a symbolic link. */
    readonly path: string
    readonly view: DestView
    readonly found: DestView['found']
    readonly diff: boolean
  },
): Plan {
  const { path, view, found, diff } = context
  const plan = planFile(
    { ...args, path, diff, report: true },
    { content: bytes, bytes, checksum: sha1(bytes), size: bytes.length },
    found,
    {
      identity: view.identity,
      before: view.before,
      expects: expectFile(path, found === undefined ? '' : view.before),
    },
  )
  const folders = found === undefined ? view.missing.slice(0, -1) : []
  const made = { owner: undefined, group: undefined, mode: undefined }
  const attributes = plan.changes.some(({ what }) => what !== 'content' && what !== 'state')
  const words = [msg, attributes ? ATTRIBUTES_CHANGED : ''].filter((part) => part !== '').join(' and ')
  return {
    changes: [
      ...folders.map((folder) => ({ what: `state of ${folder}`, before: 'absent', after: 'directory' })),
      ...plan.changes,
    ],
    steps: [...makeFolders(folders, made, view.identity), ...plan.steps],
    result: { msg: words },
  }
}
