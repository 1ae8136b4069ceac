import { shown } from '../core/values/json.ts'
import type { Host } from './model.ts'

const MOST_NAMES = 10

/**
 * Warnings for hosts that are the same machine under two names: tasks would run on it twice, at the same time.
 * Only what is written on the hosts themselves is compared; other ports or users are taken for other machines.
 */
export function duplicateWarnings(hosts: Iterable<Host>): readonly string[] {
  const byAddress = new Map<string, string[]>()
  for (const { name, vars } of hosts) {
    const address = vars.ansible_host ?? name
    if (typeof address !== 'string' || address.includes('{{') || vars.ansible_connection === 'local') continue
    const key = shown([address.toLowerCase(), vars.ansible_port ?? 22, vars.ansible_user ?? null])
    const same = byAddress.get(key)
    if (same === undefined) byAddress.set(key, [name])
    else same.push(name)
  }
  return [...byAddress.values()]
    .filter((names) => names.length > 1)
    .map((names) => `hosts ${listed(names)} have the same address: they are one machine under several names`)
}

/** The names, or the first of them and how many more there are. */
function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  return more <= 1 ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more`
}
