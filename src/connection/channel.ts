import type { Readable, Writable } from 'node:stream'
import type { CloseOptions } from '../core/remote.ts'

export type Stream = 'stdout' | 'stderr'

/** How a channel ended: its program exited, or what carried it broke. */
export type Ending =
  | { readonly kind: 'exit'; readonly code: number | undefined; readonly signal: string | undefined }
  | { readonly kind: 'lost'; readonly reason: string }

/** A running `sh` with its three streams: a child process, or an SSH session channel. */
export interface Channel {
  /** Resolves when more may be written, or when the channel has ended. */
  write(data: string): Promise<void>
  /** Takes the place of the listener set before; the first one also gets what came before it was set. */
  listen(listener: (stream: Stream, chunk: Buffer) => void): void
  readonly ended: Promise<Ending>
  /** Ends the program's stdin, on which a shell exits. */
  end(): void
  /** Ends the channel itself, whatever its program does. */
  destroy(): void
}

/** A way to a host: opens channels that run the host's POSIX shell as the login user. */
export interface Link {
  /** Host, address, port and user, as messages name them. */
  readonly where: string
  /**
   * Opens a channel: a shell that reads its stdin, or one that runs a script and leaves stdin to it.
   * @throws {UnreachableError}
   */
  open(script?: string): Promise<Channel>
  close(options?: CloseOptions): Promise<void>
}

/** Makes a channel of streams; `destroy` and `ended` differ by what carries them. */
export function streamChannel(
  streams: { readonly stdin: Writable; readonly stdout: Readable; readonly stderr: Readable },
  ended: Promise<Ending>,
  destroy: () => void,
): Channel {
  // A busy controller reads the news of an open channel together with the first that its program says.
  const early: [Stream, Buffer][] = []
  let listener: (stream: Stream, chunk: Buffer) => void = (...said) => void early.push(said)
  streams.stdout.on('data', (chunk: Buffer) => listener('stdout', chunk))
  streams.stderr.on('data', (chunk: Buffer) => listener('stderr', chunk))
  // A broken pipe shows in `ended`; without a listener it would end the whole process.
  for (const stream of [streams.stdin, streams.stdout, streams.stderr]) stream.on('error', () => {})
  const put = async (data: string): Promise<void> => {
    if (!streams.stdin.writable || streams.stdin.write(data)) return
    await Promise.race([new Promise((resolve) => streams.stdin.once('drain', resolve)), ended])
  }
  // The first that is written in a turn of the event loop goes at once, and the target starts on it; what follows in
  // the same turn goes together: each packet costs both ends more than its bytes.
  let held = ''
  let rest: Promise<void> | undefined
  const release = (): Promise<void> => {
    const data = held
    held = ''
    rest = undefined
    return data === '' ? Promise.resolve() : put(data)
  }
  return {
    ended,
    destroy,
    listen(next) {
      listener = next
      for (const said of early.splice(0)) next(...said)
    },
    write(data) {
      if (rest !== undefined) {
        held += data
        return rest
      }
      rest = new Promise((resolve) => setImmediate(() => resolve(release())))
      return put(data)
    },
    end() {
      void release()
      if (streams.stdin.writable) streams.stdin.end()
    },
  }
}
