import { createHash } from 'node:crypto'
import { UsageError } from '../core/errors.ts'

/** One of several runs that share an inventory's hosts among them: `index` from 1 to `count`. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/**
 * Reads `2/5`.
 * @throws {UsageError} when it is no share of a whole
 */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number)
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count }
  throw new UsageError(`--shard is '${text}'; it must be a number and how many there are, from 1/N to N/N`)
}

/**
 * Whether a host belongs to a shard. Its name alone decides: whatever else is in the inventory, and in which order, a
 * host is in one shard of a given number, and every machine comes to the same result.
 */
export function inShard(name: string, { index, count }: Shard): boolean {
  const digest = createHash('sha256').update(name).digest()
  return digest.readUIntBE(0, 6) % count === index - 1
}
