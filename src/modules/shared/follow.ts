import { TaskError } from '../../core/errors.ts'
import type { Target } from '../../core/remote.ts'
import type { DestView } from './dest.ts'
import type { PathState } from './path-state.ts'

type Link = Pick<DestView, 'found' | 'behind' | 'realPath'>

/**
 * Fails for a symbolic link that belongs to another user and leads to what is not theirs: whoever owns the link could
 * have any file of ours changed. Root's own links are followed by everybody.
 * @throws {TaskError}
 */
export function refuseForeignLink({ found, behind, realPath }: Link, path: string, uid: number): void {
  if (found?.type !== 'link' || behind === undefined) return
  if (found.uid === 0 || found.uid === uid || behind.uid === found.uid) return
  throw new TaskError(
    `${path} is a symbolic link that ${found.owner} owns, and it leads to a file that is not theirs`,
    { hint: `Name the file itself: ${realPath}` },
  )
}

/**
 * The file to edit where a module follows symbolic links without being asked, as Ansible's editing modules do.
 * @throws {TaskError} for a link that `refuseForeignLink` refuses, and for one that leads nowhere
 */
export function throughLink(
  view: Link,
  path: string,
  { uid }: Pick<Target, 'uid'>,
): { readonly path: string; readonly found: PathState | undefined } {
  const { found, behind, realPath } = view
  if (found?.type !== 'link') return { path, found }
  refuseForeignLink(view, path, uid)
  if (behind === undefined) {
    throw new TaskError(`${path} is a symbolic link to ${found.target}, which does not exist`)
  }
  return { path: realPath, found: behind }
}
