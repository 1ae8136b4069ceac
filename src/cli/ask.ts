import { openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Readable, Writable } from 'node:stream'
import { ReadStream } from 'node:tty'
import { UsageError } from '../core/errors.ts'
import { printable } from '../core/printable.ts'
import type { Io } from './io.ts'

/** How to ask. */
export interface AskOptions {
  /** Show what is typed. */
  readonly shown?: boolean
  /** Standard input holds data, so only the terminal itself can answer. */
  readonly inputIsData?: boolean
}

/**
 * Asks for a line and reads it without showing it: at the terminal, or from a pipe the next line of it.
 * @throws {UsageError} when the input ends, the user interrupts, or there is nobody to ask
 */
export async function ask(asked: string, io: Io, options: AskOptions = {}): Promise<string> {
  const { err, echo = err, signal, secrets } = io
  const question = printable(secrets?.maskShown(asked) ?? asked)
  const input = options.inputIsData ? terminal(question) : process.stdin
  keepRunning(input, 'ref')
  try {
    if (!(input as ReadStream).isTTY) {
      err(question)
      const line = await nextLine(input)
      err('\n')
      if (line !== undefined) return line
      throw new UsageError(`the input ended at the question '${question.trim()}'`)
    }
    return await typed(question, { input: input as ReadStream, echo, signal, shown: options.shown === true })
  } finally {
    keepRunning(input, 'unref')
    if (input !== process.stdin) input.destroy()
  }
}

/** Whether waiting for an input keeps the program running: between questions a pipe that stays open must not. */
export function keepRunning(
  input: Readable & { ref?: () => unknown; unref?: () => unknown },
  how: 'ref' | 'unref',
): void {
  input[how]?.()
}

interface Typing extends Pick<Io, 'signal'> {
  readonly echo: Io['err']
  readonly input: ReadStream
  readonly shown: boolean
}

async function typed(question: string, { input, echo, signal, shown }: Typing): Promise<string> {
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (shown) echo(chunk.toString())
      done()
    },
  })
  // The terminal stops showing what is typed before anybody is asked to type.
  const reader = createInterface({ input, output, terminal: true })
  if (!shown) echo(question)
  try {
    return await new Promise<string>((done, fail) => {
      const stop = () => fail(new UsageError(`no answer to '${question.trim()}'`))
      // While a line is typed Ctrl-C arrives as a key; it is to mean what it always means.
      reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT')).on('close', stop)
      signal.addEventListener('abort', stop, { once: true })
      reader.question(shown ? question : '', done)
    })
  } finally {
    reader.close()
    if (!shown) echo('\n')
  }
}

// Takes one line and leaves what is behind it to the next reader.
async function nextLine(input: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk: Buffer | null = input.read()
    if (chunk !== null) {
      const end = chunk.indexOf(10)
      if (end < 0) {
        chunks.push(chunk)
        continue
      }
      chunks.push(chunk.subarray(0, end))
      if (end + 1 < chunk.length) input.unshift(chunk.subarray(end + 1))
      return Buffer.concat(chunks).toString('utf8').replace(/\r$/, '')
    }
    if (input.readableEnded || input.destroyed) {
      return chunks.length === 0 ? undefined : Buffer.concat(chunks).toString('utf8')
    }
    await new Promise<void>((done) => {
      const go = () => {
        for (const event of ['readable', 'end', 'error', 'close']) input.off(event, go)
        done()
      }
      for (const event of ['readable', 'end', 'error', 'close']) input.on(event, go)
    })
  }
}

function terminal(question: string): ReadStream {
  if (process.stdin.isTTY) return process.stdin
  try {
    return new ReadStream(openSync('/dev/tty', 'r'))
  } catch (cause) {
    throw new UsageError(`'${question.trim()}' cannot be asked: standard input is not the terminal`, {
      cause,
    })
  }
}
