import { entriesOf } from '../values/dicts.ts'
import { isDict } from '../values/types.ts'

/** Own properties of this name would be taken for a prototype by a careless copy. */
const FORBIDDEN_KEY = '__proto__'

/** What is wrong with a key, if anything. */
export function keyProblem(key: unknown): string | undefined {
  if (Array.isArray(key) || isDict(key)) return 'a key must not be a list or mapping'
  return key === FORBIDDEN_KEY ? `the key '${FORBIDDEN_KEY}' is not allowed` : undefined
}

/**
 * The entries that a merge key (`<<`) brings in, from a mapping or a list of them; undefined for anything else. The
 * earlier mapping wins, so its entries come last.
 */
export function mergedEntries(value: unknown): readonly [unknown, unknown][] | undefined {
  const sources: unknown[] = Array.isArray(value) ? value.toReversed() : [value]
  return sources.every(isDict) ? sources.flatMap(entriesOf) : undefined
}
