import type { RunEvent, TaskLabel } from '../core/events.ts'
import type { Location } from '../core/location.ts'
import type { TaskResult } from '../core/result.ts'
import type { Secrets } from '../core/secrets.ts'

/** What events are known by: words such as `changed` that a secret may be equal to, and the names of hosts. */
const KEPT: ReadonlySet<string> = new Set(['kind', 'host', 'hosts', 'delegate', 'stream', 'left'])

/**
 * Makes what takes the secrets out of events and turns values of any kind into plain data. What printers go by stays:
 * kinds, hosts, status and the names of fields.
 */
export function eventMask(secrets: Secrets): (event: RunEvent) => RunEvent {
  // Printers recognize a task by its place, so one place stays one object.
  const places = new WeakMap<Location, Location>()
  const hosts = new Set<string>()

  const maskPlace = (at: Location): Location => {
    const known = places.get(at)
    if (known !== undefined) return known
    const file = secrets.maskText(at.file)
    const masked = file === at.file ? at : { ...at, file }
    places.set(at, masked)
    return masked
  }

  const maskLabel = (task: TaskLabel): TaskLabel => ({
    ...task,
    name: secrets.maskText(task.name),
    ...(task.at === undefined ? {} : { at: maskPlace(task.at) }),
  })

  const maskResult = (result: TaskResult): TaskResult => {
    const fields = Object.entries(result.fields).map(([name, value]) => [name, secrets.mask(value)])
    return { ...result, fields: Object.fromEntries(fields), changes: secrets.mask(result.changes) }
  }

  const keepHosts = (names: readonly unknown[]) => {
    for (const name of names) {
      if (typeof name !== 'string' || hosts.has(name)) continue
      hosts.add(name)
      secrets.keep(name)
    }
  }

  return (event) => {
    const masked = Object.entries(event).map(([name, value]) => {
      if (name === 'hosts') keepHosts([...(value instanceof Map ? value.keys() : (value as string[]))])
      else if (name === 'host' || name === 'delegate') keepHosts([value])
      if (KEPT.has(name)) return [name, value]
      if (name === 'task') return [name, maskLabel(value as TaskLabel)]
      if (name === 'result') return [name, maskResult(value as TaskResult)]
      return [name, secrets.mask(value)]
    })
    return Object.fromEntries(masked) as RunEvent
  }
}
