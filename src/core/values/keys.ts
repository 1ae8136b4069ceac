import { Quantity } from './quantity.ts'
import { EvaluationError, isDict, PyFloat, Tuple, typeName, Undefined, Unsafe } from './types.ts'

/**
 * What a value is found by as a key of a dict or a member of a set: one primitive for all values that Python calls equal
 * (1, 1.0 and true).
 * @throws EvaluationError for lists and dicts, which cannot be keys
 */
export function keyOf(value: unknown): unknown {
  const key = hashOf(value)
  if (key !== undefined) return key
  throw new EvaluationError(`unhashable type: '${typeName(value)}'`)
}

/** The same, or undefined for a value that cannot be a key. */
export function hashOf(value: unknown): unknown {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberKey(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return bigintKey(value)
  if (value instanceof PyFloat) return numberKey(value.value)
  if (value instanceof Unsafe) return value.text
  // Text cannot begin with NUL in YAML, so these are not mistaken for it.
  if (value instanceof Tuple) return tupleKey(value)
  if (value instanceof Quantity) return `\0${value.typeName}\0${value.toRepr()}`
  return Array.isArray(value) || isDict(value) || value instanceof Undefined ? undefined : value
}

function numberKey(value: number): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value
}

function bigintKey(value: bigint): unknown {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function tupleKey(value: Tuple): unknown {
  const parts = value.map(hashOf)
  if (parts.includes(undefined)) return undefined
  return `\0tuple\0${parts.map((part) => `${typeof part}:${String(part).length}:${String(part)}`).join('')}`
}
