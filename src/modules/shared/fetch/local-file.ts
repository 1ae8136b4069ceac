import { createHash, type Hash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, isAbsolute, join, normalize, resolve, sep } from 'node:path'
import { controllerPath } from '../../../core/controller-home.ts'
import { TaskError } from '../../../core/errors.ts'

/** The checksums of a file on the controller. */
export interface Sums {
  readonly sha1: string
  readonly md5: string
}

/** Takes in bytes and gives the checksums of all of them. */
export function summing(): { add(bytes: Buffer): void; sums(): Sums } {
  const hashes: readonly Hash[] = [createHash('sha1'), createHash('md5')]
  return {
    add: (bytes) => {
      for (const hash of hashes) hash.update(bytes)
    },
    sums() {
      const [sha1 = '', md5 = ''] = hashes.map((hash) => hash.digest('hex'))
      return { sha1, md5 }
    },
  }
}

/** The checksums of a file; undefined when there is none. @throws {TaskError} when it is a folder */
export async function sumsOf(path: string): Promise<Sums | undefined> {
  const found = await statOf(path)
  if (found === undefined) return undefined
  if (found.isDirectory()) throw new TaskError(`${path} is a folder, so no file can be written there`)
  const all = summing()
  for await (const piece of createReadStream(path)) all.add(piece as Buffer)
  return all.sums()
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new TaskError(`cannot look at ${path} on the controller: ${(error as Error).message}`)
  }
}

export interface LocalWish {
  readonly src: string
  readonly dest: string
  readonly flat: boolean
  /** The folder that relative paths count from. */
  readonly base: string
  readonly host: string
}

/**
 * Where on the controller a fetched file goes: `dest/HOST/path/of/src`, or `dest` itself when flat.
 * @throws {TaskError} when the name would lead out of `dest`
 */
export async function localPath({ src, dest, flat, base, host }: LocalWish): Promise<string> {
  const given = controllerPath(dest)
  const top = isAbsolute(given) ? given : join(base, given)
  if (flat) {
    if (dest.endsWith('/')) return join(top, basename(src))
    if ((await statOf(top))?.isDirectory()) {
      throw new TaskError(
        'dest is an existing directory, use a trailing slash if you want to fetch src into that directory',
      )
    }
    return normalize(top)
  }
  const within = `${resolve(top)}${sep}`
  const folder = resolve(top, host)
  // A relative source may lead out of the host's own folder, as in Ansible, and no farther.
  const path = join(folder, src)
  if (!folder.startsWith(within) || !path.startsWith(within)) {
    throw new TaskError(
      `Detected directory traversal, expected to be contained in '${resolve(top)}' but got '${path}'`,
    )
  }
  return path
}
