import { compare } from './compare.ts'
import { entriesOf } from './dicts.ts'
import { floatText } from './float-text.ts'
import { str, wholeText } from './text.ts'
import {
  type Dict,
  EvaluationError,
  failUndefined,
  isDict,
  Native,
  PyFloat,
  typeName,
  Undefined,
  Unsafe,
} from './types.ts'

export interface JsonStyle {
  readonly indent?: number | undefined
  /** In Python's order, which refuses keys of several types; or in that of their texts. */
  readonly sortKeys?: boolean | 'by text'
  readonly ascii?: boolean
  readonly separators?: readonly [item: string, key: string]
}

/** JSON as Python's `json.dumps` writes it: spaces after separators, everything beyond ASCII escaped. */
export function toJson(value: unknown, style: JsonStyle = {}): string {
  const [itemSeparator, keySeparator] = style.separators ?? [style.indent === undefined ? ', ' : ',', ': ']
  const write = (one: unknown, depth: number): string => {
    if (Array.isArray(one))
      return wrap(
        '[',
        ']',
        one.map((item) => write(item, depth + 1)),
        depth,
      )
    if (isDict(one)) {
      const pairs = sorted(one, style.sortKeys).map(
        ([key, item]) => `${quoted(keyText(key), style)}${keySeparator}${write(item, depth + 1)}`,
      )
      return wrap('{', '}', pairs, depth)
    }
    return scalar(one, style)
  }
  const wrap = (open: string, close: string, parts: string[], depth: number): string => {
    if (parts.length === 0) return open + close
    if (style.indent === undefined) return open + parts.join(itemSeparator) + close
    const margin = (level: number): string => `\n${' '.repeat(level * (style.indent ?? 0))}`
    return open + margin(depth + 1) + parts.join(itemSeparator + margin(depth + 1)) + margin(depth) + close
  }
  return write(value, 0)
}

/** JSON on one line without spaces, as errors quote values. */
export function compactJson(value: unknown): string {
  return toJson(value, { ascii: false, separators: [',', ':'] })
}

/** Any value as errors quote it, and as a key that equal values share; a function is quoted by its name. */
export function shown(value: unknown): string {
  try {
    return compactJson(value)
  } catch {
    return typeof value === 'function' ? `a function${value.name && ` ${value.name}`}` : str(value)
  }
}

function sorted(dict: Dict, sort: JsonStyle['sortKeys']): [unknown, unknown][] {
  const entries = entriesOf(dict)
  if (sort === 'by text') return entries.sort(([a], [b]) => compare(keyText(a), keyText(b)))
  return sort ? entries.sort(([a], [b]) => compare(a, b)) : entries
}

/** A key as JSON has it: text. */
function keyText(key: unknown): string {
  if (typeof key === 'string') return key
  if (key instanceof Native || Array.isArray(key))
    throw new EvaluationError(`keys must be str, int, float, bool or None, not ${typeName(key)}`)
  return scalar(key, {})
}

function scalar(value: unknown, style: JsonStyle): string {
  if (typeof value === 'string') return quoted(value, style)
  if (value instanceof Unsafe) return quoted(value.text, style)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return Number.isInteger(value) ? wholeText(value) : json(floatText(value))
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof PyFloat) return json(floatText(value.value))
  if (value instanceof Undefined) failUndefined(value)
  if (value instanceof Native) return quoted(value.toJSON(), style)
  if (typeof value === 'object') return quoted(str(value), style)
  throw new EvaluationError(`Object of type ${typeName(value)} is not JSON serializable`)
}

function json(text: string): string {
  return text.replace('inf', 'Infinity').replace('nan', 'NaN')
}

function quoted(text: string, style: JsonStyle): string {
  const plain = JSON.stringify(text)
  if (style.ascii === false) return plain
  return plain.replace(/[\x7f-\uffff]/g, (unit) =>
    unit === '\x7f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
