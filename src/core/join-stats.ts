import { mergeValues } from './values/merge.ts'
import { float, integer, isDict, isInteger, isNumber, type PyFloat } from './values/types.ts'

type Values = Readonly<Record<string, unknown>>

/** Adds to what `set_stats` kept. Values of different kinds do not add up: the one that is there stays, as in Ansible. */
export function joinStats(there: Values, more: Values): Record<string, unknown> {
  const all: Record<string, unknown> = { ...there }
  for (const [name, value] of Object.entries(more)) all[name] = name in all ? joined(all[name], value) : value
  return all
}

function joined(there: unknown, more: unknown): unknown {
  if (Array.isArray(there) && Array.isArray(more)) return [...there, ...more]
  if (isNumber(there) && isNumber(more)) return sum(there, more)
  if (typeof there === 'string' && typeof more === 'string') return there + more
  return isDict(there) && isDict(more) ? mergeValues(there, more) : there
}

function sum(there: number | bigint | PyFloat, more: number | bigint | PyFloat): unknown {
  if (isInteger(there) && isInteger(more)) return integer(BigInt(there) + BigInt(more))
  return float(Number(there) + Number(more))
}
