import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What became of a file. */
export type FileChange = 'created' | 'changed' | 'unchanged'

/**
 * Writes a file so that nobody ever sees half of it, or sees it with a wider mode: into a new file beside it, which
 * then takes its name. Nothing is written when content and mode are as wanted already.
 * @param mode permission bits; those of an existing file are narrowed to it, never widened
 * @param options.dirMode mode of folders that have to be made
 */
export async function writeAtomically(
  file: string,
  content: string,
  { mode, dirMode = 0o755 }: { readonly mode: number; readonly dirMode?: number },
): Promise<FileChange> {
  const old = await readFile(file, 'utf8').catch(() => undefined)
  const oldMode = old === undefined ? undefined : (await stat(file)).mode & 0o7777
  const kept = oldMode === undefined ? mode : oldMode & mode
  if (old === content && oldMode === kept) return 'unchanged'
  if (old === content) {
    await chmod(file, kept)
    return 'changed'
  }
  await mkdir(dirname(file), { recursive: true, mode: dirMode })
  const beside = join(dirname(file), `.${randomBytes(9).toString('base64url')}.tmp`)
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.chmod(kept)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  return old === undefined ? 'created' : 'changed'
}
