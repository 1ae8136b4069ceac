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
import { omit } from './omit.ts'

/**
 * Turns a value as templates have it into one that a variable can hold: tuples become lists, what only templates know
 * becomes its text, and what is `omit` inside a list or dictionary is left out.
 * @throws UndefinedUse for an undefined value anywhere inside
 */
export function toPlain(value: unknown): unknown {
  if (value instanceof Absent) return ''
  if (value instanceof Undefined) failUndefined(value)
  if (value === undefined) return null
  if (typeof value !== 'object' || value === null || value instanceof PyFloat) return value
  if (value instanceof Unsafe) return value.text
  if (Array.isArray(value)) return Array.from(value, toPlain).filter((item) => item !== omit)
  if (value instanceof Quantity) return value
  if (value instanceof Native) return str(value)
  return isDict(value) ? plainDict(value) : value
}

function plainDict(dict: Dict): Dict {
  const kept = entriesOf(dict).filter(([, value]) => value !== omit)
  return dictOf(kept.map(([key, value]) => [key, toPlain(value)]))
}
