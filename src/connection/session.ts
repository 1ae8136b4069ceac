import { randomBytes } from 'node:crypto'
import type { PlayscriptError } from '../core/errors.ts'
import type { Reply } from '../core/remote.ts'
import type { Channel, Ending, Stream } from './channel.ts'
import { withDeadline } from './deadline.ts'
import { type Frame, marksOf, openFrame } from './frame.ts'

export type OnOutput = (stream: Stream, chunk: Buffer) => void

/** Requests on one channel: the shell answers them one after another, in the order in which they were sent. */
export interface Session {
  /**
   * Sends shell text that runs in the shell itself, and gives what it printed once both marks have come. Requests may
   * be sent before those before them are answered.
   * @throws what `lost` made of the channel's end
   */
  run(text: string, onOutput?: OnOutput): Promise<Reply>
  /** The channel has ended; it takes no more requests. */
  readonly over: boolean
  /** Ends stdin, so that the shell exits and cleans up. */
  end(): void
  /** Waits for the shell that was told to end; after two seconds the channel itself is ended. */
  close(): Promise<void>
  destroy(): void
}

/** A request that was sent and is not answered yet. */
interface Pending {
  readonly frames: Readonly<Record<Stream, Frame>>
  readonly settle: (how: 'answered' | Ending) => void
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
  // Random numbers cost: one a channel, which nothing but the channel's own ends ever sees, and a count.
  const nonce = randomBytes(16).toString('hex')
  let count = 0
  let over: Ending | undefined
  let said = ''
  const pending: Pending[] = []
  const note = (chunk: Buffer): void => {
    said = (said + chunk.subarray(-NOISE).toString('utf8')).slice(-NOISE)
  }
  const ended = channel.ended.then((ending) => {
    over = ending
    for (const { settle } of pending.splice(0)) settle(ending)
    return ending
  })
  // Each stream brings the answers in order, so its bytes belong to the first request that it has not ended yet.
  channel.listen((stream, chunk) => {
    let data = chunk
    for (const { frames } of pending) {
      const frame = frames[stream]
      if (frame.done) continue
      if (!frame.push(data)) return settleAnswered()
      data = frame.rest
      if (data.length === 0) return settleAnswered()
    }
    settleAnswered()
    note(data)
  })

  function settleAnswered(): void {
    while (pending[0]?.frames.stdout.done && pending[0].frames.stderr.done)
      pending.shift()?.settle('answered')
  }

  return {
    async run(text, onOutput) {
      count += 1
      const marks = marksOf(`${nonce}-${count}`)
      const frames = {
        stdout: openFrame(marks, { onNoise: note, onOutput: (chunk) => onOutput?.('stdout', chunk) }),
        stderr: openFrame(marks, { onNoise: note, onOutput: (chunk) => onOutput?.('stderr', chunk) }),
      }
      const answered = new Promise<'answered' | Ending>((settle) => {
        if (over === undefined) pending.push({ frames, settle })
        else settle(over)
      })
      const wrote = channel.write(framed(text, marks.begin.trimEnd(), marks.end))
      const how = await answered
      if (how !== 'answered') {
        note(frames.stderr.output())
        throw lost(how, said.trim())
      }
      await wrote
      return { code: frames.stdout.code, stdout: frames.stdout.output(), stderr: frames.stderr.output() }
    },
    get over() {
      return over !== undefined
    },
    end: () => channel.end(),
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
