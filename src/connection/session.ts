import { randomBytes } from 'node:crypto'
import type { PlayscriptError } from '../core/errors.ts'
import type { Reply } from '../core/remote.ts'
import type { Channel, Ending, Stream } from './channel.ts'
import { withDeadline } from './deadline.ts'
import { marksOf, openFrame } from './frame.ts'

export type OnOutput = (stream: Stream, chunk: Buffer) => void

/** Requests on one channel, one at a time. */
export interface Session {
  /**
   * Runs shell text in the shell itself and gives what it printed, once both marks have come.
   * @throws what `lost` made of the channel's end
   */
  run(text: string, onOutput?: OnOutput): Promise<Reply>
  /** The channel has ended; it takes no more requests. */
  readonly over: boolean
  /** Ends stdin, so that the shell exits and cleans up; after two seconds the channel itself is ended. */
  close(): Promise<void>
  destroy(): void
}

const NOISE = 2000

/**
 * Puts requests on a channel.
 * @param lost makes the error for a request that the channel's end cut short; `said` is the last of what the
 *   channel printed outside of a request
 */
export function createSession(
  channel: Channel,
  lost: (ending: Ending, said: string) => PlayscriptError,
): Session {
  let over: Ending | undefined
  let said = ''
  // One listener for all requests: racing each of them against `ended` would keep a trace of every request.
  let onEnd: (ending: Ending) => void = () => {}
  const note = (chunk: Buffer): void => {
    said = (said + chunk.subarray(-NOISE).toString('utf8')).slice(-NOISE)
  }
  const ended = channel.ended.then((ending) => {
    over = ending
    onEnd(ending)
    return ending
  })
  channel.listen((_, chunk) => note(chunk))

  return {
    async run(text, onOutput) {
      const marks = marksOf(randomBytes(16).toString('hex'))
      const frames = {
        stdout: openFrame(marks, { onNoise: note, onOutput: (chunk) => onOutput?.('stdout', chunk) }),
        stderr: openFrame(marks, { onNoise: note, onOutput: (chunk) => onOutput?.('stderr', chunk) }),
      }
      const answered = new Promise<'answered' | Ending>((resolve) => {
        onEnd = resolve
        if (over !== undefined) resolve(over)
        channel.listen((stream, chunk) => {
          if (frames[stream].push(chunk) && frames.stdout.done && frames.stderr.done) resolve('answered')
        })
      })
      const wrote = channel.write(framed(text, marks.begin.trimEnd(), marks.end))
      const first = await answered
      channel.listen((_, chunk) => note(chunk))
      if (first !== 'answered') {
        note(frames.stderr.output())
        throw lost(first, said.trim())
      }
      await wrote
      return { code: frames.stdout.code, stdout: frames.stdout.output(), stderr: frames.stderr.output() }
    },
    get over() {
      return over !== undefined
    },
    async close() {
      channel.end()
      await withDeadline<unknown>(ended, 2, () => undefined)
      channel.destroy()
    },
    destroy: () => channel.destroy(),
  }
}

function framed(text: string, begin: string, end: string): string {
  return [
    `printf '%s\\n' '${begin}'; printf '%s\\n' '${begin}' >&2`,
    text,
    `playscript_code=$?; printf '%s%s\\n' '${end}' "$playscript_code"; printf '%s%s\\n' '${end}' "$playscript_code" >&2`,
    '',
  ].join('\n')
}
