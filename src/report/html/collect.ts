import type { RunEvent, TaskLabel } from '../../core/events.ts'
import type { HostSummary, TaskResult } from '../../core/result.ts'

/** How one task ended on one host, and when. */
export interface Cell {
  readonly host: string
  readonly delegate?: string | undefined
  readonly result: TaskResult
  /** Milliseconds since the run began. */
  readonly start: number
  readonly end: number
}

/** A task of a play, with its results by host. */
export interface Row {
  readonly task: TaskLabel
  readonly cells: Map<string, Cell>
}

export interface PlayReport {
  readonly name: string
  readonly check: boolean
  readonly hosts: readonly string[]
  readonly rows: Row[]
}

/** A run as the HTML report shows it. */
export interface RunReport {
  readonly started: Date
  readonly plays: PlayReport[]
  readonly warnings: string[]
  hosts: ReadonlyMap<string, HostSummary>
}

/** Gathers a run's events; `end` of a result is when it was told, its start that less what it took. */
export function collector(now: () => Date): {
  readonly take: (event: RunEvent) => void
  readonly report: RunReport
} {
  const report: RunReport = { started: now(), plays: [], warnings: [], hosts: new Map() }
  const rows = new Map<unknown, Row>()
  const open = (task: TaskLabel): Row => {
    const row = { task, cells: new Map() }
    report.plays.at(-1)?.rows.push(row)
    rows.set(task.at ?? task.name, row)
    return row
  }
  return {
    report,
    take: (event) => {
      if (event.kind === 'play') {
        rows.clear()
        report.plays.push({ name: event.name, check: event.check, hosts: event.hosts, rows: [] })
      } else if (event.kind === 'task') {
        // Hosts that go their own pace come to the same task one by one.
        const known = rows.get(event.task.at)
        if (event.task.at === undefined || known === undefined || known.cells.size > 0) open(event.task)
      } else if (event.kind === 'result') {
        const { task, host, delegate, result } = event
        const key = task.at ?? task.name
        const row = rows.get(key) ?? open(task)
        const end = now().getTime() - report.started.getTime()
        row.cells.set(host, { host, delegate, result, start: Math.max(0, end - result.duration * 1000), end })
      } else if (event.kind === 'warning') report.warnings.push(event.message)
      else if (event.kind === 'recap') report.hosts = event.hosts
    },
  }
}
