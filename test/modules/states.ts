import type { Identity } from '../../src/modules/shared/attributes.ts'
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
