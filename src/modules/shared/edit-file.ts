import { expectFile } from '../../core/expectation.ts'
import type { Plan } from '../../core/module.ts'
import { sha1 } from './content.ts'
import type { DestRequest, DestView } from './dest.ts'
import type { PathState } from './path-state.ts'
import { planFile } from './plan-file.ts'

/** What a module that edits one text file asks of `destProbe`. */
export function editRequest(path: string, userland: string): DestRequest {
  return { dest: path, owner: undefined, group: undefined, content: 'all', userland, name: undefined }
}

/** The text of a file to edit, empty where there is none. */
export function textOf(view: DestView): string {
  return view.found === undefined ? '' : view.before.toString('utf8')
}

/** How an edited file is written. */
export interface EditOptions {
  readonly diff: boolean
  /** Keep the old file under a dated name; `readWritten` gives that name. */
  readonly backup?: boolean
  /** Look at the file again after writing; `readWritten` gives what is there. */
  readonly report?: boolean
  readonly mode?: string
  readonly owner?: string | undefined
  readonly group?: string | undefined
}

/** Gives a file another text; owner, group and mode stay unless they are given. */
export function planEdit(
  view: DestView,
  { path, found }: { readonly path: string; readonly found: PathState | undefined },
  text: string,
  { diff, backup = false, report = backup, mode, owner, group }: EditOptions,
): Pick<Plan, 'changes' | 'steps'> {
  const bytes = Buffer.from(text)
  return planFile(
    { path, diff, backup, report, mode, owner, group },
    { content: bytes, bytes, checksum: sha1(bytes), size: bytes.length },
    found,
    {
      identity: view.identity,
      before: view.before,
      expects: expectFile(path, found === undefined ? '' : view.before),
    },
  )
}
