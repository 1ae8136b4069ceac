import { compare, truth } from '../python/compare.ts'
import { entriesOf } from '../python/dicts.ts'
import { toIndex } from '../python/numbers.ts'
import { floatText, str } from '../python/text.ts'
import {
  type Dict,
  EvaluationError,
  failUndefined,
  isDict,
  PyFloat,
  typeName,
  Undefined,
  Unsafe,
} from '../python/values.ts'

export interface JsonStyle {
  readonly indent?: number | undefined
  readonly sortKeys?: boolean
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
      const pairs = sorted(one, style.sortKeys === true).map(
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

function sorted(dict: Dict, sort: boolean): [unknown, unknown][] {
  const entries = entriesOf(dict)
  return sort ? entries.sort(([a], [b]) => compare(a, b)) : entries
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key
  return scalar(key, {})
}

function scalar(value: unknown, style: JsonStyle): string {
  if (typeof value === 'string') return quoted(value, style)
  if (value instanceof Unsafe) return quoted(value.text, style)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : json(floatText(value))
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof PyFloat) return json(floatText(value.value))
  if (value instanceof Undefined) failUndefined(value)
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

/** The style that keyword arguments of `to_json` and its kin ask for. */
export function jsonStyle(named: Record<string, unknown>, fallback: JsonStyle): JsonStyle {
  const { indent, sort_keys, ensure_ascii, separators } = named
  const [item, key] = Array.isArray(separators) ? separators : []
  return {
    ...fallback,
    ...(indent === undefined || indent === null ? {} : { indent: toIndex(indent) }),
    ...(sort_keys === undefined ? {} : { sortKeys: truth(sort_keys) }),
    ...(ensure_ascii === undefined ? {} : { ascii: truth(ensure_ascii) }),
    ...(item === undefined ? {} : { separators: [str(item), str(key)] as const }),
  }
}

/** JSON text as values; whole floats keep being floats. */
export function fromJson(text: string): unknown {
  try {
    if (!/[.eE]/.test(text)) return JSON.parse(text)
    return readNumbers(text)
  } catch (error) {
    throw new EvaluationError(`from_json: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** JSON.parse forgets that `1.0` is a float, so such numbers are marked before and made floats after. */
function readNumbers(text: string): unknown {
  const mark = '\u0000float:'
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') || !/[.eE]/.test(token) ? token : `"\\u0000float:${token}"`,
  )
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(mark)) return value
    const number = Number(value.slice(mark.length))
    return Number.isInteger(number) ? new PyFloat(number) : number
  })
}
