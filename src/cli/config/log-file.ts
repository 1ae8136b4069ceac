import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { messageOf } from '../../core/errors.ts'
import type { Io } from '../io.ts'

/** An output that is also written to a log. */
export interface Logged {
  readonly io: Io
  /** Writes what is not shown by this output, but by whoever called it. */
  readonly log: (text: string) => void
  readonly close: () => void
}

export interface LogOptions {
  /** Takes secrets out of a line. */
  readonly mask: (text: string) => string
  readonly now?: () => Date
}

/**
 * Writes every line of the output to a file as well (Ansible's log_path), without colours, each with its time, the
 * process and the user. A new file is open to its owner only; one
 * that cannot be written is warned of.
 */
export function withLog(io: Io, file: string | undefined, options: LogOptions): Logged {
  const { mask, now = () => new Date() } = options
  const descriptor = file === undefined ? undefined : open(file, io)
  if (descriptor === undefined) return { io, log: () => {}, close: () => {} }
  const name = userInfo().username
  const begin = () => `${stamp(now())} p=${process.pid} u=${name} n=playscript | `
  const rest = { out: '', err: '' }
  const write = (text: string) => {
    try {
      writeSync(descriptor, text)
    } catch {
      // A full disk must not end the run: what it says is still on the screen.
    }
  }
  const take = (stream: 'out' | 'err', text: string) => {
    const lines = (rest[stream] + text).split('\n')
    rest[stream] = lines.pop() ?? ''
    write(lines.map((line) => `${begin()}${mask(stripVTControlCharacters(line))}\n`).join(''))
  }
  const both = (stream: 'out' | 'err') => (text: string) => {
    take(stream, text)
    io[stream](text)
  }
  return {
    io: { ...io, out: both('out'), err: both('err') },
    log: (text) => take('err', text),
    close: () => {
      for (const stream of ['out', 'err'] as const) if (rest[stream] !== '') take(stream, '\n')
      closeSync(descriptor)
    },
  }
}

function open(file: string, io: Io): number | undefined {
  try {
    mkdirSync(dirname(file), { recursive: true })
    return openSync(file, 'a', 0o600)
  } catch (error) {
    io.err(`[WARNING]: log_path is ${file}, which cannot be written: ${messageOf(error)}\n`)
    return undefined
  }
}

function stamp(time: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
  return `${day} ${clock},${String(time.getMilliseconds()).padStart(3, '0')}`
}
