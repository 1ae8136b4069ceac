import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { must } from '../lab/run.ts'

/** The versions of Node that the tests run with, next to this machine's own. */
export const VERSIONS = [22, 24, 26] as const

// npm has these for Linux and macOS, for x64 and arm64.
const packageName = `node-${process.platform}-${process.arch}`

const directoryOf = (version: number): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'playscript', 'nodes', String(version))

/** The path of a version's program, once it is installed. */
export const programOf = (version: number): string =>
  join(directoryOf(version), 'node_modules', packageName, 'bin', 'node')

/**
 * Installs a version of Node from npm in the user's cache directory, where it is not there yet.
 * @returns the path of its program
 * @throws with npm's words, where it cannot be installed
 */
export async function ensureNode(version: number): Promise<string> {
  const [directory, program] = [directoryOf(version), programOf(version)]
  if (existsSync(program)) return program
  mkdirSync(dirname(directory), { recursive: true })
  const fresh = mkdtempSync(`${directory}-`)
  try {
    await must(['npm', 'install', '--prefix', fresh, '--no-audit', '--no-fund', `${packageName}@${version}`])
    // Another process may have been faster: then its directory stays.
    if (!existsSync(program)) renameSync(fresh, directory)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return program
}
