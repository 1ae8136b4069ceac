import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TaskError } from '../../../core/errors.ts'
import type { Remote } from '../../../core/module.ts'
import { sh } from '../../../core/quote.ts'
import { hostPath } from '../path-state.ts'
import { type Sums, summing } from './local-file.ts'

/** How much is asked for at once, and so how much memory it takes. */
const PIECE = 4 * 1024 * 1024

/**
 * Brings a file of the target to the controller, in pieces, under another name first: a link that is lost leaves the
 * old file.
 * @returns the checksums of what has arrived
 */
export async function receive(
  remote: Remote,
  from: { readonly path: string; readonly size: number },
  to: string,
): Promise<Sums> {
  await mkdir(dirname(to), { recursive: true })
  const partial = join(dirname(to), `.playscript.${randomBytes(8).toString('hex')}`)
  const all = summing()
  try {
    const file = await open(partial, 'wx', 0o600)
    try {
      for await (const piece of pieces(remote, from)) {
        all.add(piece)
        await file.write(piece)
      }
      // What a host holds may be secret: a new file is its owner's alone.
      const old = await stat(to).catch(() => undefined)
      if (old !== undefined) await file.chmod(old.mode & 0o777)
    } finally {
      await file.close()
    }
    await rename(partial, to)
  } catch (error) {
    await rm(partial, { force: true })
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new TaskError(`Failed to fetch the file: ${(error as Error).message}`)
  }
  return all.sums()
}

async function* pieces(
  { shell }: Remote,
  { path, size }: { readonly path: string; readonly size: number },
): AsyncIterable<Buffer> {
  const file = hostPath(path)
  for (let index = 0; ; index++) {
    // The files of /proc give less at a time than they are asked for, so dd would end too early.
    const script =
      size === 0 ? sh`cat <${file}` : sh`dd if=${file} bs=${PIECE} skip=${index} count=1 2>/dev/null`
    const { code, stdout, stderr } = await shell.request(script)
    if (code !== 0)
      throw new TaskError(`cannot read ${path}: ${stderr.toString().trim() || `exit code ${code}`}`)
    if (stdout.length > 0) yield stdout
    if (size === 0 || stdout.length < PIECE) return
  }
}
