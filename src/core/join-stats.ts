type Values = Readonly<Record<string, unknown>>

/** Adds to what `set_stats` kept. Values of different kinds do not add up: the one that is there stays, as in Ansible. */
export function joinStats(there: Values, more: Values): Record<string, unknown> {
  const all: Record<string, unknown> = { ...there }
  for (const [name, value] of Object.entries(more)) all[name] = name in all ? joined(all[name], value) : value
  return all
}

function joined(there: unknown, more: unknown): unknown {
  if (Array.isArray(there) && Array.isArray(more)) return [...there, ...more]
  if (typeof there === 'number' && typeof more === 'number') return there + more
  if (typeof there === 'string' && typeof more === 'string') return there + more
  return isValues(there) && isValues(more) ? merged(there, more) : there
}

function merged(there: Values, more: Values): Values {
  const all: Record<string, unknown> = { ...there }
  for (const [name, value] of Object.entries(more)) {
    const known = all[name]
    all[name] = isValues(known) && isValues(value) ? merged(known, value) : value
  }
  return all
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
