import type { Identity } from '../../src/modules/shared/attributes.ts'
import { sha1 } from '../../src/modules/shared/content.ts'
import type { DestView } from '../../src/modules/shared/dest.ts'
import type { PathState } from '../../src/modules/shared/path-state.ts'

/** Root with a usual umask. */
export const IDENTITY: Identity = {
  umask: 0o022,
  uid: 0,
  gid: 0,
  user: 'root',
  primaryGroup: 'root',
  wantedUid: undefined,
  wantedGid: undefined,
  unknown: [],
}

/** A plain file of root's, mode 0644, with what is given instead. */
export function pathState(own: Partial<PathState> = {}): PathState {
  return {
    type: 'file',
    mode: 0o644,
    links: 1,
    inode: 1,
    device: 1,
    uid: 0,
    gid: 0,
    owner: 'root',
    group: 'root',
    size: 1,
    atime: 0,
    mtime: 0,
    ctime: 0,
    ...own,
  }
}

/** A file of that text to edit, or none, in a folder that is there. */
export function foundFile(text: string | undefined, path = '/etc/file'): DestView {
  const before = Buffer.from(text ?? '')
  const checksum = sha1(before)
  return {
    identity: IDENTITY,
    path,
    found: text === undefined ? undefined : pathState({ size: before.length, checksum }),
    behind: undefined,
    realPath: path,
    hasParent: true,
    missing: text === undefined ? [path] : [],
    before,
  }
}
