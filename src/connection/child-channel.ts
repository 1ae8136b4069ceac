import { execa } from 'execa'
import { UnreachableError } from '../core/errors.ts'
import { type Channel, type Ending, streamChannel } from './channel.ts'

export interface ChildOptions {
  readonly where: string
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string | undefined
  /** Says of an exit code whether it means that the link was lost; gets the last of stderr. */
  readonly lost?: (code: number | undefined, stderr: string) => string | undefined
}

/**
 * Starts a child process as a channel. It has a session of its own, so that Ctrl-C on the terminal reaches the
 * controller alone, which ends requests in its own time.
 * @throws {UnreachableError} when the program cannot be started
 */
export async function childChannel(
  file: string,
  argv: readonly string[],
  { where, environment, folder, lost }: ChildOptions,
): Promise<Channel> {
  const child = execa(file, argv, {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    encoding: 'buffer',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
    ...(environment === undefined ? {} : { env: environment }),
    ...(folder === undefined ? {} : { cwd: folder }),
  })
  if (child.pid === undefined) {
    const { message } = (await child) as { message?: string }
    throw new UnreachableError(`${where}: ${file} could not be started: ${message ?? 'unknown reason'}`)
  }
  let lastWords = ''
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.subarray(-2000).toString('utf8')).slice(-2000)
  })
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      // What the program wrote last may still be in the pipe; a background process may keep the pipe open.
      const finish = (): void => {
        clearTimeout(timer)
        const reason = lost?.(code ?? undefined, lastWords)
        resolve(
          reason === undefined
            ? { kind: 'exit', code: code ?? undefined, signal: signal ?? undefined }
            : { kind: 'lost', reason },
        )
      }
      const timer = setTimeout(finish, 300)
      child.once('close', finish)
    })
  })
  return streamChannel(child, ended, () => {
    child.kill('SIGKILL')
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
  })
}
