import type { CustomStats } from '../core/events.ts'
import type { Variables } from '../core/scope.ts'
import { isDictionary } from '../playbook/keywords.ts'
import { mergeValues } from '../vars/merge.ts'

/** What `set_stats` gathers on the way. */
export interface Stats {
  /** @param host whose values these are; without it they are the run's */
  set(data: Variables, options: { readonly aggregate: boolean; readonly host?: string | undefined }): void
  /** All of it; undefined when there is none. */
  shown(): CustomStats | undefined
}

export function createStats(): Stats {
  const run: Record<string, unknown> = {}
  const hosts: Record<string, Record<string, unknown>> = {}
  return {
    set: (data, { aggregate, host }) => {
      if (host !== undefined) hosts[host] ??= {}
      const into = host === undefined ? run : (hosts[host] ?? run)
      for (const [name, value] of Object.entries(data))
        into[name] = aggregate && name in into ? joined(into[name], value) : value
    },
    shown: () =>
      Object.keys(run).length + Object.keys(hosts).length === 0
        ? undefined
        : { run: { ...run }, hosts: { ...hosts } },
  }
}

// Values of different kinds do not add up: the one that is there stays, as in Ansible.
function joined(there: unknown, more: unknown): unknown {
  if (Array.isArray(there) && Array.isArray(more)) return [...there, ...more]
  if (isDictionary(there) && isDictionary(more)) return mergeValues(there, more)
  if (typeof there === 'number' && typeof more === 'number') return there + more
  if (typeof there === 'string' && typeof more === 'string') return there + more
  return there
}
