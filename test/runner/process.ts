import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ran } from './outcome.ts'

/** What a worker or a test file's own process is started with. */
export interface Start {
  /** Node and its options, or a command that ends with them. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Runs test files one after another in one process, and in a new one when that has ended. */
export interface Lane {
  run(file: string): Promise<Ran>
  /** Ends the process; what it did wrong after its last file is that file's, whose new count is returned. */
  end(): Promise<Ran | undefined>
}

interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  readonly close: () => void
  readonly ended: Promise<number | undefined>
}

/** A process whose output, both streams in order, goes to a file: nothing is lost when it ends at once. */
function launch(
  { command: [program = '', ...args], env }: Start,
  more: readonly string[],
  ipc: boolean,
): Running {
  const folder = mkdtempSync(join(tmpdir(), 'playscript-test-'))
  const log = join(folder, 'output')
  const fd = openSync(log, 'a')
  const child = spawn(program, [...args, ...more], {
    env: { ...process.env, ...env, FORCE_COLOR: '0' },
    stdio: ['ignore', fd, fd, ...(ipc ? (['ipc'] as const) : [])],
  })
  closeSync(fd)
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? undefined))
  })
  ended.catch(() => {})
  return {
    child,
    output: () => readFileSync(log, 'utf8'),
    close: () => rmSync(folder, { recursive: true }),
    ended,
  }
}

/** Kills a process when its time is over; returns what to call when it is done, for the words if it was killed. */
function watch(child: ChildProcess, seconds: number): () => string {
  let words = ''
  const timer = setTimeout(() => {
    words = `\nkilled after ${seconds} s\n`
    child.kill('SIGKILL')
  }, seconds * 1000)
  return () => {
    clearTimeout(timer)
    return words
  }
}

const secondsSince = (started: number) => (performance.now() - started) / 1000

/** Runs a test file in its own process, as `tsx FILE` does. */
export async function runAlone(start: Start, file: string, limit: number): Promise<Ran> {
  const started = performance.now()
  const { child, output, close, ended } = launch(start, [file], false)
  const late = watch(child, limit)
  const exitCode = await ended
  const text = output() + late()
  close()
  return { file, output: text, exitCode, seconds: secondsSince(started) }
}

const ENDING_SECONDS = 60

/** A lane whose process starts with its first file. */
export function openLane(start: Start, limit: number): Lane {
  let process: Running | undefined
  let last: { readonly ran: Ran; readonly read: number } | undefined

  const stop = () => {
    process?.close()
    process = undefined
  }

  return {
    async run(file) {
      const started = performance.now()
      process ??= launch(start, [join(import.meta.dirname, 'worker.ts')], true)
      const { child, output, ended } = process
      const from = output().length
      const late = watch(child, limit)
      const done = new Promise<number>((resolve) => child.once('message', (code) => resolve(Number(code))))
      child.send(file, () => {})
      const finished = await Promise.race([done, ended.then(() => 'gone' as const)])
      const words = late()
      const text = output()
      const gone = finished === 'gone'
      const why =
        words ||
        '\nthe process ended before the tests did: process.exit, a rejection that nobody handles, or a wait for what never comes\n'
      const ran: Ran = {
        file,
        output: text.slice(from) + (gone ? why : ''),
        exitCode: gone ? (await ended) || 1 : finished,
        seconds: secondsSince(started),
      }
      last = gone ? undefined : { ran, read: text.length }
      if (gone) stop()
      return ran
    },
    async end() {
      if (process === undefined) return undefined
      const { child, output, ended } = process
      const late = watch(child, ENDING_SECONDS)
      if (child.connected) child.disconnect()
      const exitCode = await ended
      const more = output().slice(last?.read ?? 0) + late()
      stop()
      if (exitCode === 0 || last === undefined) return undefined
      return { ...last.ran, exitCode, output: `${last.ran.output}\nafter the tests:\n${more}` }
    },
  }
}
