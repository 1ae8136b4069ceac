import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import type { Io } from '../io.ts'

/**
 * Lets a person change a text with the program of $EDITOR (`vi` without it). The text stands for that time in a
 * file that only its owner can read, in a folder of its own, which is removed whatever happens.
 * @param name the file is called so: editors choose colours by it
 * @throws {UsageError} when the editor fails; nothing is to be changed then
 */
export async function editText(plain: Buffer, name: string, io: Io): Promise<Buffer> {
  const folder = await mkdtemp(join(scratchFolder(io), 'playscript-vault-'))
  const guard = await guardFolder(folder)
  try {
    const file = join(folder, basename(name))
    await writeFile(file, plain, { mode: 0o600, flag: 'wx' })
    await runEditor(file, io)
    return await readFile(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
    guard.release()
  }
}

// In memory where the system has such a folder, so that the text never reaches a disk.
function scratchFolder({ env }: Io): string {
  const folder = env.XDG_RUNTIME_DIR
  return folder !== undefined && folder !== '' && existsSync(folder) ? folder : (env.TMPDIR ?? tmpdir())
}

// A process that was killed removes nothing. The end of its pipe is seen by another one, which does.
async function guardFolder(folder: string): Promise<{ release(): void }> {
  const script = 'trap "" HUP INT TERM QUIT; echo ready; read -r _; rm -rf -- "$1"'
  const child = spawn('/bin/sh', ['-c', script, 'sh', folder], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  child.unref()
  for (const stream of [child.stdin, child.stdout]) (stream as { unref?: () => void }).unref?.()
  return { release: () => child.stdin.end() }
}

async function runEditor(file: string, { env, signal }: Io): Promise<void> {
  const editor = env.EDITOR === undefined || env.EDITOR.trim() === '' ? 'vi' : env.EDITOR
  const child = spawn('/bin/sh', ['-c', `exec ${editor} "$1"`, 'sh', file], { stdio: 'inherit', env })
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  try {
    const [code, ended] = await once(child, 'close')
    signal.throwIfAborted()
    if (code === 0) return
    throw new UsageError(
      `the editor '${editor}' ended with ${ended ?? `exit code ${code}`}: nothing is changed`,
    )
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
