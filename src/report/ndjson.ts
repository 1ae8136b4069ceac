import type { Emit, RunEvent, TaskLabel } from '../core/events.ts'
import { formatLocation } from '../core/location.ts'
import { toReport } from './text.ts'

export interface NdjsonOptions {
  readonly write: (text: string) => void
  readonly now: () => Date
  readonly cwd: string
}

/** Prints every event as one line of JSON, as it happens: `event` is its kind, `time` when it came. */
export function ndjsonPrinter({ write, now, cwd }: NdjsonOptions): Emit {
  return ({ kind, ...event }) => {
    const line = { event: kind, time: now().toISOString(), ...plain(event, cwd) }
    write(`${toReport(line)}\n`)
  }
}

function plain(event: Readonly<Record<string, unknown>>, cwd: string): Readonly<Record<string, unknown>> {
  const { task, result, ...rest } = event as { task?: TaskLabel; result?: ResultOf }
  return {
    ...rest,
    ...(task === undefined ? {} : { task: labelOf(task, cwd) }),
    ...(result === undefined ? {} : flat(result)),
  }
}

type ResultOf = Extract<RunEvent, { kind: 'result' }>['result']

function labelOf({ at, ...label }: TaskLabel, cwd: string): object {
  return at === undefined ? label : { ...label, path: formatLocation(at, cwd) }
}

function flat({ status, ignored, duration, fields }: ResultOf): object {
  return { status, ...(ignored ? { ignored } : {}), duration, result: fields }
}
