import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { expandHome } from './check-arguments.ts'

/** Whose home directory a path begins with, as in `~kim/.profile`; undefined when it is another kind of path. */
export function homeOwner(path: string): string | undefined {
  return /^~([A-Za-z_][\w.-]*)(?=\/|$)/.exec(path)?.[1]
}

/** A path with a user's home directory in place of `~` and that user's name. */
export const withHomeOf = (owner: string, home: string, path: string): string =>
  home + path.slice(owner.length + 1)

/** A script that prints a user's home directory, or `~` and the name as they are where there is no such user. */
export const printHome = (owner: string): string => `printf %s ~${owner}`

/** A path of the controller with the home directories in place of `~` and `~user` at its start, and of `$HOME`. */
export function controllerPath(path: string): string {
  return expandHome(expandOwner(path), homedir())
}

/** A path with the home directory of a user of the controller in place of `~user`. */
export function expandOwner(path: string): string {
  const owner = homeOwner(path)
  if (owner === undefined) return path
  // The shell asks whatever the system keeps its users in.
  const { status, stdout } = spawnSync('/bin/sh', ['-c', printHome(owner)], { encoding: 'utf8' })
  return status === 0 ? withHomeOf(owner, stdout, path) : path
}
