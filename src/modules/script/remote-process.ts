import type { ChildProcess, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { PassThrough, type Readable, Writable } from 'node:stream'
import { lines, quote, Script, sh } from '../../core/quote.ts'
import type { Reply, Shell } from '../../core/remote.ts'

/** Above every number that Linux gives to a process, so that none can be mistaken for one of this machine. */
const FIRST_NUMBER = 1 << 24

/** Processes on a target, in the form in which zx starts and ends processes. */
export interface RemoteProcesses {
  readonly spawn: typeof spawn
  /** Ends a process of the target by the number it has here; false when it is none of these. */
  kill(number: number): boolean
  /** The first error that was none of a command's own: a lost link, a timeout. */
  error(): unknown
}

interface SpawnOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly shell?: string | true
  readonly signal?: AbortSignal
}

/** Starts processes over a shell of the target; each is one request. */
export function remoteProcesses(shell: Shell): RemoteProcesses {
  const running = new Map<number, AbortController>()
  let next = FIRST_NUMBER
  let failure: unknown

  const start = (command: string, _args: readonly string[], options: SpawnOptions): ChildProcess => {
    const number = next++
    const ending = new AbortController()
    running.set(number, ending)
    options.signal?.addEventListener('abort', () => ending.abort(), { once: true })
    const child = new EventEmitter()
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    const input = gatherInput()
    const kill = () => {
      ending.abort()
      return true
    }
    const onOutput = (stream: 'stdout' | 'stderr', chunk: Buffer) => {
      ;(stream === 'stdout' ? stdout : stderr).write(chunk)
    }
    // One turn later it is known whether something is piped into the process.
    setImmediate(async () => {
      const seen = { stdout: 0, stderr: 0 }
      try {
        const script = commandScript(command, options, await input.content())
        const reply = await shell.request(script, {
          signal: ending.signal,
          onOutput(stream, chunk) {
            seen[stream] += chunk.length
            onOutput(stream, chunk)
          },
        })
        // A shell that does not report output as it comes reports it all in the end.
        if (seen.stdout === 0) stdout.write(reply.stdout)
        if (seen.stderr === 0) stderr.write(reply.stderr)
        finish(reply)
      } catch (error) {
        if (!ending.signal.aborted) {
          failure ??= error
          child.emit('error', error)
        }
        finish(undefined)
      }
    })
    const finish = (reply: Pick<Reply, 'code'> | undefined) => {
      running.delete(number)
      stdout.end()
      stderr.end()
      const code = reply === undefined ? null : reply.code
      const signal = reply === undefined ? 'SIGTERM' : null
      child.emit('exit', code, signal)
      let open = 2
      const close = () => --open === 0 && child.emit('close', code, signal)
      for (const stream of [stdout, stderr]) stream.once('close', close)
    }
    return Object.assign(child, {
      stdin: input.stream,
      stdout,
      stderr,
      pid: number,
      kill,
    }) as unknown as ChildProcess
  }

  return {
    spawn: start as unknown as typeof spawn,
    kill(number) {
      running.get(number)?.abort()
      return running.has(number)
    },
    error: () => failure,
  }
}

function commandScript(
  command: string,
  { cwd, env = {}, shell }: SpawnOptions,
  input: Buffer | undefined,
): Script {
  const body = typeof shell === 'string' ? sh`${shell} -c ${command}` : sh`eval ${command}`
  const exports = Object.entries(env).map(([name, value = '']) => `export ${name}=${quote(value)}`)
  return lines(
    new Script(exports.join('\n')),
    cwd === undefined || cwd === '.' ? undefined : sh`cd ${cwd} || exit 1`,
    input === undefined ? body : sh`${printBytes(input)} | ${body}`,
  )
}

function printBytes(bytes: Buffer): Script {
  const text = bytes.toString('utf8')
  if (!text.includes('\0') && Buffer.from(text).equals(bytes)) return sh`printf %s ${text}`
  return sh`printf %b ${[...bytes].map((byte) => `\\0${byte.toString(8)}`).join('')}`
}

interface Input {
  readonly stream: Writable
  /** All that was written, once it has ended; undefined when nothing writes. */
  content(): Promise<Buffer | undefined>
}

// zx always pipes a stream of its own into a process. Whether that stream will ever carry anything shows in
// whether something is piped into it in turn.
function gatherInput(): Input {
  const chunks: Buffer[] = []
  const sources: Readable[] = []
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  const ended = new Promise<void>((resolve) => stream.once('finish', resolve))
  stream.on('pipe', (source: Readable) => sources.push(source))
  const awaited = () =>
    chunks.length > 0 ||
    stream.writableEnded ||
    sources.some((source) => source.constructor.name !== 'VoidStream' || source.listenerCount('unpipe') > 0)
  return {
    stream,
    async content() {
      if (!awaited()) {
        stream.destroy()
        return undefined
      }
      await ended
      return Buffer.concat(chunks)
    },
  }
}
