import { TaskError } from '../../core/errors.ts'
import type { Target } from '../../core/remote.ts'
import type { DestView } from './dest.ts'
import type { PathState } from './path-state.ts'

/**
 * The file to edit where a module follows symbolic links without being asked, as Ansible's editing modules do. A link
 * that another user owns is not followed by root: whoever owns it could have any file changed.
 * @throws {TaskError} for such a link, and for one that leads nowhere
 */
export function throughLink(
  view: Pick<DestView, 'found' | 'behind' | 'realPath'>,
  path: string,
  { uid }: Pick<Target, 'uid'>,
): { readonly path: string; readonly found: PathState | undefined } {
  const { found, behind, realPath } = view
  if (found?.type !== 'link') return { path, found }
  if (uid === 0 && found.uid !== 0 && behind?.uid !== found.uid) {
    throw new TaskError(
      `${path} is a symbolic link that ${found.owner} owns, and it leads to a file that is not theirs`,
      {
        hint: `Name the file itself: ${realPath}`,
      },
    )
  }
  if (behind === undefined) {
    throw new TaskError(`${path} is a symbolic link to ${found.target}, which does not exist`)
  }
  return { path: realPath, found: behind }
}
