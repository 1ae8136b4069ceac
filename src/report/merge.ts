import { UsageError } from '../core/errors.ts'
import { joinStats } from '../core/join-stats.ts'
import type { Variables } from '../core/scope.ts'

interface Duration {
  readonly start: string
  readonly end: string
}

interface Task {
  readonly hosts: Readonly<Record<string, unknown>>
  readonly task: {
    readonly duration: Duration
    readonly id: string
    readonly name: string
    readonly path?: string
  }
}

interface Play {
  readonly play: { readonly duration: Duration; readonly id: string; readonly name: string }
  readonly tasks: readonly Task[]
}

type Stats = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What a run with `--report json` leaves. */
export interface Report {
  readonly plays: readonly Play[]
  readonly stats: Stats
  /** What `set_stats` kept for each host, and for the run. */
  readonly custom_stats?: Readonly<Record<string, Variables>>
  readonly global_custom_stats?: Variables
}

/** A report and the file that it came from, for messages. */
export interface NamedReport {
  readonly file: string
  readonly report: Report
}

/**
 * Joins the reports of shards into that of the whole run: plays one by one, tasks by where they stand in their files,
 * results by host.
 * @throws {UsageError} when they are not of one playbook, or a host is in two of them
 */
export function mergeReports(reports: readonly NamedReport[]): Report {
  const [first, ...others] = reports
  if (first === undefined) return { plays: [], stats: {} }
  let whole = first.report
  for (const { file, report } of others) {
    checkHosts(whole.stats, report.stats, file)
    if (whole.plays.length !== report.plays.length || report.plays.some(differs(whole.plays)))
      throw new UsageError(`${file} is the report of another playbook than ${first.file}: its plays differ`)
    const plays = whole.plays.map((play, index) => joinPlays(play, report.plays[index] ?? play))
    // Hosts of other shards add to what the run keeps, as hosts of one run do.
    const kept = {
      custom_stats: { ...whole.custom_stats, ...report.custom_stats },
      global_custom_stats: joinStats(whole.global_custom_stats ?? {}, report.global_custom_stats ?? {}),
    }
    whole = { ...whole, ...kept, plays, stats: { ...whole.stats, ...report.stats } }
  }
  return numbered(whole)
}

const differs = (plays: readonly Play[]) => (one: Play, index: number) =>
  plays[index]?.play.name !== one.play.name

function checkHosts(known: Stats, stats: Stats, file: string): void {
  const twice = Object.keys(stats).filter((host) => Object.hasOwn(known, host))
  if (twice.length === 0) return
  const hint = 'Were they shards of one number (--shard 1/3, 2/3, 3/3), each of them once?'
  throw new UsageError(`${file} has hosts that another report has as well: ${twice.join(', ')}`, { hint })
}

function joinPlays(one: Play, other: Play): Play {
  const play = { ...one.play, duration: span(one.play.duration, other.play.duration) }
  const tasks = [...one.tasks]
  // Both are in the order of the play; what only one of them ran (handlers, includes) goes where it stood in its own.
  let next = 0
  for (const task of other.tasks) {
    const at = tasks.findIndex((known, index) => index >= next && keyOf(known) === keyOf(task))
    const known = tasks[at]
    if (known === undefined) tasks.splice(next, 0, task)
    else tasks[at] = joinTasks(known, task)
    next = known === undefined ? next + 1 : at + 1
  }
  return { play, tasks }
}

const keyOf = ({ task }: Task): string => `${task.path ?? ''}\n${task.name}`

function joinTasks(one: Task, other: Task): Task {
  return {
    hosts: { ...one.hosts, ...other.hosts },
    task: { ...one.task, duration: span(one.task.duration, other.task.duration) },
  }
}

function span(one: Duration, other: Duration): Duration {
  const [start = one.start] = [one.start, other.start].sort()
  const end = [one.end, other.end].sort().at(-1) ?? one.end
  return { start, end }
}

function numbered(report: Report): Report {
  let count = 0
  const byName = Object.entries(report.stats).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    ...report,
    plays: report.plays.map((play) => ({
      ...play,
      tasks: play.tasks.map(({ hosts, task }) => {
        count += 1
        return { hosts, task: { ...task, id: `task-${count}` } }
      }),
    })),
    stats: Object.fromEntries(byName),
  }
}
