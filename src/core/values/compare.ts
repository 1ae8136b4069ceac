import { entriesOf, getKey, hasKey, itemsOf, keysOf } from './dicts.ts'
import { Quantity } from './quantity.ts'
import {
  Absent,
  bare,
  type Dict,
  EvaluationError,
  failUndefined,
  isDict,
  PyFloat,
  Tuple,
  typeName,
  Undefined,
  Unsafe,
} from './types.ts'

/** Whether Python takes a value for true: empty text, lists and dicts, zero and None are not. */
export function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (value === null || value === undefined) return false
  if (typeof value === 'string') return value !== ''
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Absent) return false
  if (value instanceof Undefined) failUndefined(value)
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'bigint') return value !== 0n
  if (value instanceof PyFloat) return value.value !== 0
  if (value instanceof Unsafe) return value.text !== ''
  if (isDict(value)) return value instanceof Map ? value.size > 0 : Object.keys(value).length > 0
  return true
}

function numeric(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof PyFloat ? value.value : undefined
}

/** Python's `==`: deep over lists and dicts, `1 == 1.0 == True`, never equal across other types. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right && typeof left === 'string') return true
  if (left instanceof Undefined) failUndefined(left)
  if (right instanceof Undefined) failUndefined(right)
  const [a, b] = [bare(left), bare(right)]
  if (a === b) return true
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null)
  const [x, y] = [numeric(a), numeric(b)]
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint and a number of one value are equal here
  if (x !== undefined && y !== undefined) return x == y
  if (Array.isArray(a) && Array.isArray(b)) return equalItems(a, b)
  if (isDict(a) && isDict(b)) return equalEntries(a, b)
  return ordered(a) !== undefined && typeName(a) === typeName(b) && ordered(a) === ordered(b)
}

function equalItems(a: unknown[], b: unknown[]): boolean {
  if (a instanceof Tuple !== b instanceof Tuple || a.length !== b.length) return false
  return a.every((item, index) => equal(item, b[index]))
}

function equalEntries(a: Dict, b: Dict): boolean {
  if (keysOf(a).length !== keysOf(b).length) return false
  return entriesOf(a).every(([key, value]) => has(b, key) && equal(value, valueAt(b, key)))
}

/** Objects and Maps may both be dicts here, so keys are compared by value. */
function has(dict: Dict, key: unknown): boolean {
  return hasKey(dict, key)
}

function valueAt(dict: Dict, key: unknown): unknown {
  return getKey(dict, key)
}

/** The number by which dates and spans of time compare, if the value has one. */
function ordered(value: unknown): number | undefined {
  return value instanceof Quantity ? value.order : undefined
}

/** Less than zero, zero or more, as Python orders two values of one kind; an error for two kinds. */
export function compare(left: unknown, right: unknown, operator = '<'): number {
  const [a, b] = [bare(left), bare(right)]
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (a instanceof Undefined) failUndefined(a)
  if (b instanceof Undefined) failUndefined(b)
  const [x, y] = [numeric(a) ?? ordered(a), numeric(b) ?? ordered(b)]
  const oneKind = (numeric(a) === undefined) === (numeric(b) === undefined)
  if (x !== undefined && y !== undefined && oneKind) return x < y ? -1 : x > y ? 1 : 0
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) {
    for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
      if (!equal(a[index], b[index])) return compare(a[index], b[index], operator)
    }
    return a.length - b.length
  }
  throw new EvaluationError(
    `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  )
}

/** Order by code points; JavaScript alone would order by UTF-16 units. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  let index = 0
  while (index < a.length && index < b.length && a[index] === b[index]) index += 1
  if (index === a.length || index === b.length) return a.length - b.length
  const back = index > 0 && isLow(a, index) && isLow(b, index) ? 1 : 0
  return (a.codePointAt(index - back) ?? 0) - (b.codePointAt(index - back) ?? 0)
}

function isLow(text: string, index: number): boolean {
  const unit = text.charCodeAt(index)
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** Python's `in`: text within text, a value among items, a key of a dict. */
export function contains(container: unknown, item: unknown): boolean {
  const box = bare(container)
  if (item instanceof Undefined) failUndefined(item)
  if (typeof box === 'string') {
    const part = bare(item)
    if (typeof part !== 'string') {
      throw new EvaluationError(`'in <string>' requires string as left operand, not ${typeName(part)}`)
    }
    return box.includes(part)
  }
  if (isDict(box)) return hasKey(box, bare(item))
  if (box === null || typeof box !== 'object') {
    if (box instanceof Undefined) failUndefined(box)
    throw new EvaluationError(`argument of type '${typeName(box)}' is not iterable`)
  }
  return itemsOf(box).some((one) => equal(one, item))
}

const comparisons: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '==': equal,
  '!=': (left, right) => !equal(left, right),
  '<': (left, right) => comparable(left, right) && compare(left, right, '<') < 0,
  '<=': (left, right) => comparable(left, right) && compare(left, right, '<=') <= 0,
  '>': (left, right) => comparable(left, right) && compare(left, right, '>') > 0,
  '>=': (left, right) => comparable(left, right) && compare(left, right, '>=') >= 0,
  in: (left, right) => contains(right, left),
  'not in': (left, right) => !contains(right, left),
}

/** Nothing is less, equal or greater than NaN. */
function comparable(left: unknown, right: unknown): boolean {
  return !(Number.isNaN(left) || Number.isNaN(right))
}

/** One comparison of a chain such as `1 < x <= 3`. */
export function compareWith(operator: string, left: unknown, right: unknown): boolean {
  const comparison = comparisons[operator]
  if (comparison === undefined) throw new EvaluationError(`unknown comparison '${operator}'`)
  return comparison(left, right)
}
