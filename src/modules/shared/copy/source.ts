import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { TaskError } from '../../../core/errors.ts'
import type { Content } from '../../../core/module.ts'
import { md5, sha1 } from '../content.ts'

/** Files up to this size are held in memory, as long as they all together do not pass the second bound. */
const SMALL = 128 * 1024
const ALL_SMALL = 8 * 1024 * 1024

/** One file, folder or link to copy. */
export interface SourceEntry {
  /** The path below the folder that is copied; empty for the file or folder itself. */
  readonly name: string
  readonly type: 'file' | 'directory' | 'link'
  readonly mode: number
  readonly size: number
  readonly checksum?: string | undefined
  readonly md5?: string | undefined
  readonly content?: Content
  /** Where a link leads to. */
  readonly target?: string | undefined
}

/** What is to be copied: one file, or a folder with all below it, folders before what is in them. */
export interface Source {
  readonly isFolder: boolean
  readonly entries: readonly SourceEntry[]
}

/**
 * Reads a file or a folder of the controller. Large files are not held but read again when they are sent.
 * @param follow copy what links lead to instead of the links, other than those that lead nowhere or round in a circle
 * @throws {TaskError} for what is neither file, folder nor link, and for what cannot be read
 */
export async function readSource(path: string, options: { readonly follow: boolean }): Promise<Source> {
  const entries: SourceEntry[] = []
  const budget = { left: ALL_SMALL }
  const root = path.replace(/(?<=.)\/+$/, '')
  // The path that was named is followed in any case: a link to a folder is that folder.
  const isFolder = (await stat(root)).isDirectory()
  await walk(root, '', { follow: options.follow, top: true, around: [] })
  return { isFolder, entries }

  async function walk(
    file: string,
    name: string,
    how: { readonly follow: boolean; readonly top: boolean; readonly around: readonly string[] },
  ): Promise<void> {
    const led = how.follow || (how.top && isFolder) ? await ifThere(stat(file)) : undefined
    const place = led && `${led.dev}:${led.ino}`
    const status = led !== undefined && !how.around.includes(place ?? '') ? led : await lstat(file)
    const common = { name, mode: status.mode & 0o7777, size: status.size }
    if (status.isSymbolicLink()) {
      entries.push({ ...common, type: 'link', target: await readlink(file) })
    } else if (status.isDirectory()) {
      entries.push({ ...common, type: 'directory' })
      for (const child of (await readdir(file)).sort()) {
        const around = [...how.around, `${status.dev}:${status.ino}`]
        await walk(`${file}/${child}`, name === '' ? child : `${name}/${child}`, {
          ...how,
          top: false,
          around,
        })
      }
    } else if (status.isFile()) {
      entries.push({ ...common, type: 'file', ...(await readContent(file, status.size, budget)) })
    } else throw new TaskError(`${file} is neither a file, a folder nor a link: it cannot be copied`)
  }
}

async function ifThere<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** What is known of a content that is in memory. */
export function heldContent(content: Buffer): Pick<SourceEntry, 'content' | 'checksum' | 'md5' | 'size'> {
  return { content, checksum: sha1(content), md5: md5(content), size: content.length }
}

async function readContent(
  file: string,
  size: number,
  budget: { left: number },
): Promise<Pick<SourceEntry, 'content' | 'checksum' | 'md5' | 'size'>> {
  if (size <= SMALL && size <= budget.left) {
    const content = await readFile(file)
    budget.left -= content.length
    return heldContent(content)
  }
  const [sha, md] = [createHash('sha1'), createHash('md5')]
  for await (const chunk of createReadStream(file)) for (const hash of [sha, md]) hash.update(chunk)
  return { content: { file }, checksum: sha.digest('hex'), md5: md.digest('hex'), size }
}
