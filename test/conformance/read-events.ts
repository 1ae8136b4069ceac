import type { RunEvent } from '../../src/core/events.ts'
import type { TaskResult } from '../../src/core/result.ts'
import type { HostOutcome, Outcome, RunRecord } from './record-types.ts'

/** Reads what a run told its printer. */
export function readEvents(events: readonly RunEvent[]): Pick<RunRecord, 'tasks' | 'recap'> {
  const tasks: { task: string; module: string; hosts: Record<string, HostOutcome> }[] = []
  let recap: RunRecord['recap'] = {}
  for (const event of events) {
    if (event.kind === 'task') tasks.push({ task: event.task.name, module: event.task.module, hosts: {} })
    else if (event.kind === 'recap' && !event.broken) {
      recap = Object.fromEntries([...event.hosts].map(([host, counts]) => [host, { ...counts }]))
    } else if (event.kind === 'item' || event.kind === 'result') {
      // Hosts that each go at their own pace have other tasks in between.
      const hosts = tasks.findLast(({ task }) => task === event.task.name)?.hosts
      if (hosts === undefined) throw new Error(`a result of ${event.task.name} comes before its task`)
      const before = hosts[event.host]?.outcomes ?? []
      const more =
        event.kind === 'item'
          ? [outcomeOf(event.result, event.label)]
          : event.loop
            ? []
            : [outcomeOf(event.result)]
      const ignored = event.kind === 'result' && isIgnored(event.result)
      hosts[event.host] = { outcomes: [...before, ...more], ...(ignored ? { ignored } : {}) }
    }
  }
  return { tasks: tasks.filter(({ hosts }) => Object.keys(hosts).length > 0), recap }
}

function isIgnored(result: TaskResult & { readonly ignoredUnreachable?: boolean }): boolean {
  return result.ignored === true || (result.status === 'unreachable' && result.ignoredUnreachable === true)
}

function labelText(label: unknown): string {
  if (label === null) return 'None'
  return typeof label === 'object' ? JSON.stringify(label) : String(label)
}

function outcomeOf({ status, fields }: TaskResult, label?: unknown): Outcome {
  return { status, ...(label === undefined ? {} : { label: labelText(label) }), fields }
}
