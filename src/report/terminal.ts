import type { Emit, TaskLabel } from '../core/events.ts'
import { ERASE_LINE, printable } from '../core/printable.ts'

export interface TerminalOptions {
  /** Prints the events themselves. */
  readonly print: Emit
  /** Writes to the terminal, and nowhere else. */
  readonly write: (text: string) => void
  readonly width: number
  /** Makes text less prominent. */
  readonly dim: (text: string) => string
  /** Milliseconds. */
  readonly now: () => number
  /** Calls back again and again, every so many milliseconds, until it is stopped. */
  readonly every: (milliseconds: number, action: () => void) => () => void
}

/** A host that works on a task. */
interface Pending {
  readonly task: TaskLabel
  readonly since: number
  /** Whole lines that were not shown yet, and the beginnings of lines. */
  readonly lines: string[]
  readonly open: { stdout: string; stderr: string }
}

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const FRAME_MS = 100
/** What is done sooner than this needs no words. */
const STATUS_AFTER_MS = 400
/** Output of commands that take longer than this is shown while it comes. */
const OUTPUT_AFTER_MS = 2000

/**
 * Adds to a printer what only a terminal can show: a last line that tells which hosts are still at work, and the
 * output of long commands as it comes. All else is printed as it would be without.
 */
export function terminalPrinter({ print, write, width, dim, now, every }: TerminalOptions): Emit {
  const pending = new Map<string, Pending>()
  let shown = ''
  let frame = 0
  let stop: (() => void) | undefined

  const erase = () => {
    if (shown !== '') write(ERASE_LINE)
    shown = ''
  }
  const draw = () => {
    shown = statusLine([...pending], now(), FRAMES[frame % FRAMES.length] ?? '', width - 1)
    if (shown !== '') write(dim(shown))
  }
  const showOutput = (host: string, one: Pending) => {
    for (const line of one.lines.splice(0))
      write(`${dim(printable(`  ${host} | ${line}`).slice(0, width - 1))}\n`)
  }
  const tick = () => {
    frame += 1
    erase()
    for (const [host, one] of pending) if (now() - one.since >= OUTPUT_AFTER_MS) showOutput(host, one)
    draw()
  }

  return (event) => {
    erase()
    if (event.kind === 'output') {
      const one = pending.get(event.host)
      if (one !== undefined) takeOutput(one, event.stream, event.text)
    } else if (event.kind === 'result') {
      const one = pending.get(event.host)
      // What was being shown is shown to the end; what was over too soon to be shown is in the result.
      if (one !== undefined && now() - one.since >= OUTPUT_AFTER_MS) showOutput(event.host, one)
      pending.delete(event.host)
    } else if (event.kind === 'play' || event.kind === 'recap') pending.clear()
    print(event)
    // `pause` talks to the user on that very line.
    if (event.kind === 'started' && !/(^|\.)pause$/.test(event.task.module)) {
      const open = { stdout: '', stderr: '' }
      pending.set(event.host, { task: event.task, since: now(), lines: [], open })
    }
    draw()
    if (pending.size > 0) stop ??= every(FRAME_MS, tick)
    else {
      stop?.()
      stop = undefined
    }
  }
}

function takeOutput({ lines, open }: Pending, stream: 'stdout' | 'stderr', text: string): void {
  const parts = (open[stream] + text).split('\n')
  open[stream] = parts.pop() ?? ''
  // A line that a command writes over itself counts as what it says in the end.
  lines.push(
    ...parts.map((line) => line.replace(/\r$/, '')).map((line) => line.slice(line.lastIndexOf('\r') + 1)),
  )
}

/** `⠋ task: host, host and 3 more (12 s)`, for the task that is longest at work; empty while nothing takes long. */
export function statusLine(
  pending: readonly (readonly [string, Pick<Pending, 'task' | 'since'>])[],
  now: number,
  frame: string,
  width: number,
): string {
  const [first] = [...pending].sort(([, a], [, b]) => a.since - b.since)
  if (first === undefined || now - first[1].since < STATUS_AFTER_MS) return ''
  const hosts = pending.filter(([, { task }]) => task.name === first[1].task.name).map(([host]) => host)
  const named = hosts.slice(0, 3).join(', ')
  const more = hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''
  const seconds = Math.floor((now - first[1].since) / 1000)
  const text = printable(`${frame} ${first[1].task.name}: ${named}${more} (${seconds} s)`)
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
