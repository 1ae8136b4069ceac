import { lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import nodeModule from 'node:module'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

const OTHERS_WRITE = 0o022
const STICKY = 0o1000

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Lets Node keep what it compiles in the user's cache directory (Node 22.1 or later). Files that are imported
 * afterwards benefit. Node's own variables win: NODE_DISABLE_COMPILE_CACHE, and NODE_COMPILE_CACHE for another place.
 */
export function enableCompileCache(env: Environment = process.env): void {
  // Node 20 and its types do not have it yet.
  const { enableCompileCache: enable } = nodeModule as { enableCompileCache?: (directory: string) => unknown }
  // Coverage of code that comes from a cache is less exact.
  const decided = env.NODE_DISABLE_COMPILE_CACHE || env.NODE_COMPILE_CACHE || env.NODE_V8_COVERAGE
  if (enable === undefined || decided) return
  const directory = privateDirectory(compileCacheDirectory(env))
  if (directory !== undefined) enable(directory)
}

/** The directory for compiled code: below XDG_CACHE_HOME where that is an absolute path, else below ~/.cache. */
export function compileCacheDirectory({ XDG_CACHE_HOME: given = '' }: Environment): string {
  return join(isAbsolute(given) ? given : join(homedir(), '.cache'), 'playscript', 'compiled')
}

/**
 * Creates a directory that only this user can write, since its content will be run.
 * @returns its real path; undefined where another user owns it, can write it or can replace it, or it cannot be created
 */
export function privateDirectory(path: string, uid = process.getuid?.()): string | undefined {
  if (uid === undefined) return undefined
  try {
    create(path, uid)
    const real = realpathSync(path)
    const { uid: owner, mode } = statSync(real)
    return owner === uid && (mode & OTHERS_WRITE) === 0 && isSafe(dirname(real), uid) ? real : undefined
  } catch {
    return undefined
  }
}

// Level by level: Node's own recursion never ends below /proc. Nothing is created inside an unsafe directory.
function create(path: string, uid: number): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return
  const parent = dirname(path)
  create(parent, uid)
  if (isSafe(realpathSync(parent), uid)) mkdirSync(path, { mode: 0o700 })
}

// Anyone who can write a directory can replace what is in it, unless it is sticky; its owner always can.
function isSafe(directory: string, uid: number): boolean {
  const { uid: owner, mode } = statSync(directory)
  const mine = owner === 0 || owner === uid
  const closed = (mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0
  const parent = dirname(directory)
  return mine && closed && (parent === directory || isSafe(parent, uid))
}
