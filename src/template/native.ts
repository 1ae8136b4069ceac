import { entriesOf, setKey } from './python/dicts.ts'
import { str } from './python/text.ts'
import {
  Absent,
  type Dict,
  failUndefined,
  isDict,
  Native,
  PyFloat,
  Undefined,
  Unsafe,
} from './python/values.ts'

/**
 * Turns a value as templates have it into one for everybody else: plain numbers, arrays and objects.
 * Integers beyond JavaScript's exact range become text, so that no digit is lost.
 * @throws UndefinedUse for an undefined value anywhere inside
 */
export function toPlain(value: unknown): unknown {
  if (value instanceof Absent) return ''
  if (value instanceof Undefined) failUndefined(value)
  if (value === undefined) return null
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof PyFloat) return value.value
  if (value instanceof Unsafe) return value.text
  if (Array.isArray(value)) return Array.from(value, toPlain)
  if (value instanceof Native) return str(value)
  return isDict(value) ? plainDict(value) : value
}

function plainDict(dict: Dict): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [key, value] of entriesOf(dict)) setKey(plain, str(key), toPlain(value))
  return plain
}
