import { isContainer } from './dictionary.ts'
import { dictOf, entriesOf, PyDict } from './dicts.ts'

/**
 * Joins two values as Ansible's `hash_behaviour = merge` does: dictionaries entry by entry, at any depth; of all else
 * the stronger one is taken, lists included.
 */
export function mergeValues(weak: unknown, strong: unknown): unknown {
  if (!isContainer(weak) || !isContainer(strong)) return strong
  const merged = new PyDict(entriesOf(weak))
  for (const [name, value] of entriesOf(strong)) {
    merged.set(name, merged.has(name) ? mergeValues(merged.get(name), value) : value)
  }
  return dictOf(merged)
}
