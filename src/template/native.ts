import { dictOf, entriesOf } from '../core/values/dicts.ts'
import { Quantity } from '../core/values/quantity.ts'
import { str } from '../core/values/text.ts'
import {
  Absent,
  type Dict,
  failUndefined,
  isDict,
  Native,
  PyFloat,
  Undefined,
  Unsafe,
} from '../core/values/types.ts'

/**
 * Turns a value as templates have it into one that a variable can hold: tuples become lists, what only templates know
 * becomes its text.
 * @throws UndefinedUse for an undefined value anywhere inside
 */
export function toPlain(value: unknown): unknown {
  if (value instanceof Absent) return ''
  if (value instanceof Undefined) failUndefined(value)
  if (value === undefined) return null
  if (typeof value !== 'object' || value === null || value instanceof PyFloat) return value
  if (value instanceof Unsafe) return value.text
  if (Array.isArray(value)) return Array.from(value, toPlain)
  if (value instanceof Quantity) return value
  if (value instanceof Native) return str(value)
  return isDict(value) ? plainDict(value) : value
}

function plainDict(dict: Dict): Dict {
  return dictOf(entriesOf(dict).map(([key, value]) => [key, toPlain(value)]))
}
