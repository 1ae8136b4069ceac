import { UsageError } from '../core/errors.ts'
import type { Inventory } from '../inventory/model.ts'
import { selectHosts } from '../inventory/pattern.ts'
import type { LoadedPlay } from '../playbook/model.ts'

/**
 * The hosts of a play, by its pattern and `--limit`, in the play's `order`. A word that matches nothing is a warning,
 * as in Ansible.
 */
export function selectPlayHosts(
  inventory: Inventory,
  play: LoadedPlay,
  { limit }: { readonly limit?: string | undefined },
  warn: (message: string) => void,
): readonly string[] {
  const { hosts, unmatched } = selectHosts(inventory, play.hosts, { limit, order: play.order })
  for (const { word, nearest } of unmatched) {
    const meant = nearest === undefined ? '' : `; did you mean '${nearest}'?`
    warn(`Could not match supplied host pattern, ignoring: ${word}${meant}`)
  }
  return hosts.map((host) => host.name)
}

/**
 * Checks `--limit` before anything runs.
 * @throws {UsageError} when it names no host of the inventory
 */
export function checkLimit(inventory: Inventory, limit: string): void {
  const { hosts, unmatched } = selectHosts(inventory, 'all', { limit })
  const [first] = unmatched
  if (hosts.length > 0 && first === undefined) return
  const meant = first?.nearest === undefined ? '' : `; did you mean '${first.nearest}'?`
  throw new UsageError(`--limit ${limit} matches no host${meant}`)
}
