import { entriesOf } from './dicts.ts'
import { floatText } from './float-text.ts'
import {
  Absent,
  type Dict,
  EvaluationError,
  failUndefined,
  isDict,
  Native,
  PyFloat,
  Tuple,
  typeName,
  Undefined,
  Unsafe,
} from './types.ts'

/** Text of a value as Python's `str()` gives it. Undefined values are an error. */
export function str(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Absent) return ''
  if (value instanceof Undefined) failUndefined(value)
  if (value instanceof Unsafe) return value.text
  return value instanceof Native ? value.toText() : repr(value)
}

/** Source text of a value as Python's `repr()` gives it: quoted text, `True`, `None`, `[1, 'a']`. */
export function repr(value: unknown): string {
  return reprWithin(value, new Set())
}

function reprWithin(value: unknown, open: Set<unknown>): string {
  if (typeof value === 'string') return quoteText(value)
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'number') return Number.isInteger(value) ? wholeText(value) : floatText(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof PyFloat) return floatText(value.value)
  if (value instanceof Unsafe) return quoteText(value.text)
  if (value instanceof Undefined) failUndefined(value)
  if (Array.isArray(value) || isDict(value)) return reprCollection(value, open)
  return value instanceof Native ? value.toRepr() : `<${typeName(value)}>`
}

function reprCollection(value: unknown[] | Dict, open: Set<unknown>): string {
  if (open.has(value)) return Array.isArray(value) ? '[...]' : '{...}'
  open.add(value)
  const text = Array.isArray(value) ? reprItems(value, open) : reprEntries(value, open)
  open.delete(value)
  return text
}

function reprItems(items: unknown[], open: Set<unknown>): string {
  const inner = items.map((item) => reprWithin(item, open)).join(', ')
  if (!(items instanceof Tuple)) return `[${inner}]`
  return items.length === 1 ? `(${inner},)` : `(${inner})`
}

function reprEntries(dict: Dict, open: Set<unknown>): string {
  const pairs = entriesOf(dict).map(([key, item]) => `${reprWithin(key, open)}: ${reprWithin(item, open)}`)
  return `{${pairs.join(', ')}}`
}

/** Whole numbers in full digits: JavaScript turns to exponents from 1e21 on. */
export function wholeText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString()
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

function quoteText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let body = ''
  for (const character of text) {
    body += character === quote ? `\\${character}` : (named[character] ?? visible(character))
  }
  return `${quote}${body}${quote}`
}

/** Characters that Python does not call printable are written as escapes. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0x20 && code < 0x7f) return character
  if (code >= 0x7f && !/[\p{C}\p{Z}]/u.test(character)) return character
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`
}

/** The text of a value that has to be text already. */
export function text(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  if (value instanceof Unsafe) return value.text
  if (value instanceof Undefined) failUndefined(value)
  throw new EvaluationError(`${what} must be str, not ${typeName(value)}`)
}
