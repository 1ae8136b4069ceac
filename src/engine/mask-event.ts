import type { RunEvent, TaskLabel } from '../core/events.ts'
import type { TaskResult } from '../core/result.ts'
import type { Secrets } from '../core/secrets.ts'

/** What events are known by: words such as `changed` that a secret may be equal to, and the names of hosts. */
const KEPT: ReadonlySet<string> = new Set(['kind', 'host', 'hosts', 'delegate', 'stream'])

/** An event without the secrets in it. What printers go by stays: kinds, hosts, status and the names of fields. */
export function maskEvent(event: RunEvent, secrets: Secrets): RunEvent {
  const masked = Object.entries(event).map(([name, value]) => {
    if (KEPT.has(name)) return [name, value]
    if (name === 'task') return [name, maskLabel(value as TaskLabel, secrets)]
    if (name === 'result') return [name, maskResult(value as TaskResult, secrets)]
    return [name, secrets.mask(value)]
  })
  return Object.fromEntries(masked) as RunEvent
}

function maskLabel(task: TaskLabel, secrets: Secrets): TaskLabel {
  return { ...task, name: secrets.maskText(task.name) }
}

function maskResult(result: TaskResult, secrets: Secrets): TaskResult {
  const fields = Object.entries(result.fields).map(([name, value]) => [name, secrets.mask(value)])
  return { ...result, fields: Object.fromEntries(fields), changes: secrets.mask(result.changes) }
}
