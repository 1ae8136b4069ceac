import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Puts new content in a file's place at once: whoever reads it finds the old or the new, never a part. Mode and
 * owner are kept, a link is followed. A new file can be read by its owner alone.
 */
export function replaceFile(path: string, content: string | Buffer): void {
  const old = statSync(path, { throwIfNoEntry: false })
  const file = old === undefined ? path : realpathSync(path)
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(8).toString('hex')}`)
  try {
    const descriptor = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(descriptor, content)
      if (old !== undefined) keepOwner(descriptor, old)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

// Only root may give a file to another user; the mode is set last, since a new owner clears parts of it.
function keepOwner(descriptor: number, { uid, gid, mode }: Stats): void {
  if (process.getuid?.() === 0) fchownSync(descriptor, uid, gid)
  fchmodSync(descriptor, mode & 0o7777)
}
