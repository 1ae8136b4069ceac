import { UsageError } from '../core/errors.ts'
import type { Inventory } from '../inventory/model.ts'
import { selectHosts } from '../inventory/pattern.ts'
import { inShard, type Shard } from '../inventory/shard.ts'
import type { LoadedPlay } from '../playbook/model.ts'

/** What a word of a host pattern is that matches nothing: Ansible's HOST_PATTERN_MISMATCH. */
export type Mismatch = 'error' | 'warning' | 'ignore'

export interface Selection {
  readonly limit?: string | undefined
  /** The share of the hosts that this run is for; the others are known to it, and run elsewhere. */
  readonly shard?: Shard | undefined
  readonly hostPatternMismatch?: Mismatch | undefined
}

/**
 * The hosts of a play, by its pattern and `--limit`, in the play's `order`. A word that matches nothing is a warning,
 * as in Ansible, unless `hostPatternMismatch` makes it more or less.
 * @throws {UsageError} for such a word, when it is to be an error
 */
export function selectPlayHosts(
  inventory: Inventory,
  play: LoadedPlay,
  { limit, shard, hostPatternMismatch = 'warning' }: Selection,
  warn: (message: string) => void,
): readonly string[] {
  const { hosts, unmatched } = selectHosts(inventory, play.hosts, { limit, order: play.order })
  for (const { word, nearest } of unmatched) {
    const meant = nearest === undefined ? '' : `; did you mean '${nearest}'?`
    if (hostPatternMismatch === 'error') {
      throw new UsageError(`the host pattern '${play.hosts}' has '${word}', which matches no host${meant}`, {
        at: play.at,
      })
    }
    if (hostPatternMismatch === 'warning')
      warn(`Could not match supplied host pattern, ignoring: ${word}${meant}`)
  }
  return hosts.map((host) => host.name).filter((name) => shard === undefined || inShard(name, shard))
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
