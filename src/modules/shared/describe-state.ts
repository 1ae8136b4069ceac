import type { PathState } from './path-state.ts'

/** What the results of stat and find say of a path, under Ansible's names. */
export function describeState(found: PathState): Readonly<Record<string, unknown>> {
  const { mode, type } = found
  const bit = (mask: number) => (mode & mask) !== 0
  return {
    mode: mode.toString(8).padStart(4, '0'),
    ...{
      isreg: type === 'file',
      isdir: type === 'directory',
      islnk: type === 'link',
      isfifo: type === 'fifo',
    },
    ...{ issock: type === 'socket', ischr: type === 'character', isblk: type === 'block' },
    ...{ rusr: bit(0o400), wusr: bit(0o200), xusr: bit(0o100), rgrp: bit(0o040), wgrp: bit(0o020) },
    ...{ xgrp: bit(0o010), roth: bit(0o004), woth: bit(0o002), xoth: bit(0o001) },
    ...{ isuid: bit(0o4000), isgid: bit(0o2000) },
    ...{ uid: found.uid, gid: found.gid, pw_name: found.owner, gr_name: found.group },
    ...{ size: found.size },
    ...{ inode: found.inode, dev: found.device, nlink: found.links },
    ...{ atime: found.atime, mtime: found.mtime, ctime: found.ctime },
  }
}
