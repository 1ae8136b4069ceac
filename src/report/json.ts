import type { Emit, RunEvent } from '../core/events.ts'
import { formatLocation } from '../core/location.ts'
import type { HostSummary } from '../core/result.ts'
import { toReport } from './text.ts'

export interface JsonOptions {
  /** Takes the document, once, at the end of the run. */
  readonly write: (text: string) => void
  readonly now: () => Date
  readonly cwd: string
}

interface Duration {
  start: string
  end: string
}

interface Task {
  readonly hosts: Record<string, unknown>
  readonly task: {
    readonly duration: Duration
    readonly id: string
    readonly name: string
    readonly path?: string
  }
}

interface Play {
  readonly play: { readonly duration: Duration; readonly id: string; readonly name: string }
  readonly tasks: Task[]
}

type TaskEvent = Extract<RunEvent, { kind: 'task' }>

/** Prints one JSON document, laid out as Ansible's json callback does it. */
export function jsonPrinter({ write, now, cwd }: JsonOptions): Emit {
  const plays: Play[] = []
  // Which entry results go to: hosts that go their own pace come to the same task one by one.
  const entries = new Map<unknown, Task>()
  const duration = (): Duration => ({ start: now().toISOString(), end: now().toISOString() })
  let count = 0

  const open = ({ task }: Pick<TaskEvent, 'task'>): Task => {
    count += 1
    const path = task.at === undefined ? {} : { path: formatLocation(task.at, cwd) }
    const entry = { hosts: {}, task: { duration: duration(), id: `task-${count}`, name: task.name, ...path } }
    plays.at(-1)?.tasks.push(entry)
    entries.set(task.at ?? task.name, entry)
    return entry
  }

  return (event) => {
    switch (event.kind) {
      case 'play':
        entries.clear()
        plays.push({
          play: { duration: duration(), id: `play-${plays.length + 1}`, name: event.name },
          tasks: [],
        })
        return
      case 'task':
        open(event)
        return
      case 'result': {
        const entry = entries.get(event.task.at ?? event.task.name) ?? open(event)
        const end = now().toISOString()
        entry.task.duration.end = end
        const play = plays.at(-1)
        if (play !== undefined) play.play.duration.end = end
        const ignored = event.result.ignored ? { ignored: true } : {}
        entry.hosts[event.host] = { action: event.task.module, ...event.result.fields, ...ignored }
        return
      }
      case 'recap':
        return write(`${toReport(document(plays, event), 4)}\n`)
    }
  }
}

function document(
  plays: readonly Play[],
  { hosts, stats: custom }: Extract<RunEvent, { kind: 'recap' }>,
): object {
  const stats = [...hosts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([host, one]) => [host, statsOf(one)])
  const kept = { custom_stats: custom?.hosts ?? {}, global_custom_stats: custom?.run ?? {} }
  return { ...kept, plays, stats: Object.fromEntries(stats) }
}

function statsOf({ failed, ...others }: HostSummary): Readonly<Record<string, number>> {
  return { ...others, failures: failed }
}
