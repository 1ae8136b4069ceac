/** A dictionary that holds entries of its own, not a value in disguise (`!vault`, `!unsafe`). */
export function isMergeable(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  const plain = prototype === Object.prototype || prototype === null
  return plain && !('__ansible_vault' in value) && !('__ansible_unsafe' in value)
}

/**
 * Joins two values as Ansible's `hash_behaviour = merge` does: dictionaries entry by entry, at any depth; of all else
 * the stronger one is taken, lists included.
 */
export function mergeValues(weak: unknown, strong: unknown): unknown {
  if (!isMergeable(weak) || !isMergeable(strong)) return strong
  const merged = new Map(Object.entries(weak))
  for (const [name, value] of Object.entries(strong)) {
    merged.set(name, merged.has(name) ? mergeValues(merged.get(name), value) : value)
  }
  return Object.fromEntries(merged)
}
