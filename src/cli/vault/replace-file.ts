import { randomBytes } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Puts new content in a file's place at once: whoever reads it finds the old or the new, never a part. Mode and
 * owner are kept, a link is followed. A new file can be read by its owner alone.
 */
export async function replaceFile(path: string, content: string | Buffer): Promise<void> {
  const file = await realpath(path).catch(() => path)
  const old = await stat(file).catch(() => undefined)
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(8).toString('hex')}`)
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      if (old !== undefined) {
        // Only root may give a file to another user; the mode is set last, since a new owner clears parts of it.
        if (process.getuid?.() === 0) await handle.chown(old.uid, old.gid)
        await handle.chmod(old.mode & 0o7777)
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
