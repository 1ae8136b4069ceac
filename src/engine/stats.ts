import type { CustomStats } from '../core/events.ts'
import { joinStats } from '../core/join-stats.ts'
import type { Variables } from '../core/scope.ts'

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
      Object.assign(into, aggregate ? joinStats(into, data) : data)
    },
    shown: () =>
      Object.keys(run).length + Object.keys(hosts).length === 0
        ? undefined
        : { run: { ...run }, hosts: { ...hosts } },
  }
}
