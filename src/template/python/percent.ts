import { getKey } from '../../core/values/dicts.ts'
import { parseFloatText, parseInteger, toNumber } from '../../core/values/numbers.ts'
import { repr, str } from '../../core/values/text.ts'
import {
  type Dict,
  EvaluationError,
  isDict,
  isNumber,
  PyFloat,
  Tuple,
  typeName,
} from '../../core/values/types.ts'
import { formatSpec } from './spec.ts'

const directive = /%(?:\(([^)]*)\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)/gs

/** Python's `text % values`: one value, a tuple of them, or a dict for `%(name)s`. */
export function formatPercent(template: string, values: unknown): string {
  const list = values instanceof Tuple ? values : [values]
  let next = 0
  const take = (): unknown => {
    if (next >= list.length) throw new EvaluationError('not enough arguments for format string')
    next += 1
    return list[next - 1]
  }
  if (/%$/.test(template.replaceAll('%%', ''))) throw new EvaluationError('incomplete format')
  const text = template.replace(
    directive,
    (_, name?: string, flags = '', width = '', precision?: string, kind = '') => {
      if (kind === '%') return '%'
      const size = width === '*' ? str(take()) : String(width)
      const places = precision === '*' ? str(take()) : precision
      const value = name === undefined ? take() : byName(values, name)
      return one(value, { flags: String(flags), size, places, kind: String(kind) })
    },
  )
  if (
    next < list.length &&
    !isDict(values) &&
    !(Array.isArray(values) && !(values instanceof Tuple) && next > 0)
  ) {
    throw new EvaluationError('not all arguments converted during string formatting')
  }
  return text
}

function byName(values: unknown, name: string): unknown {
  if (!isDict(values)) throw new EvaluationError('format requires a mapping')
  const value = getKey(values as Dict, name)
  if (value === undefined) throw new EvaluationError(`format: the dict has no key '${name}'`)
  return value
}

interface Directive {
  readonly flags: string
  readonly size: string
  readonly places: string | undefined
  readonly kind: string
}

function one(value: unknown, { flags, size, places, kind }: Directive): string {
  const left = flags.includes('-') ? '<' : '>'
  const precision = places === undefined ? '' : `.${places}`
  if (kind === 's' || kind === 'r' || kind === 'a') {
    const text = kind === 's' ? str(value) : repr(value)
    return formatSpec(text, `${left}${size}${precision}`)
  }
  if (kind === 'c')
    return formatSpec(
      typeof value === 'string' ? value : String.fromCodePoint(toNumber(value)),
      `${left}${size}`,
    )
  if (!isNumber(value) && typeof value !== 'boolean') {
    throw new EvaluationError(`%${kind} format: a real number is required, not ${typeName(value)}`)
  }
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const align = left === '<' ? '<' : flags.includes('0') ? '0=' : '>'
  if ('diu'.includes(kind)) return formatSpec(whole(value), `${align}${sign}${size}d`)
  if ('oxX'.includes(kind))
    return formatSpec(whole(value), `${align}${sign}${flags.includes('#') ? '#' : ''}${size}${kind}`)
  if ('eEfFgG'.includes(kind))
    return formatSpec(new PyFloat(toNumber(value)), `${align}${sign}${size}${precision}${kind}`)
  throw new EvaluationError(`unsupported format character '${kind}'`)
}

function whole(value: unknown): unknown {
  if (typeof value === 'number') return Math.trunc(value)
  return value instanceof PyFloat
    ? Math.trunc(value.value)
    : typeof value === 'boolean'
      ? Number(value)
      : value
}

/** Python's `int(value)`: numbers lose their fraction, text has to be digits. */
export function toInt(value: unknown, base = 10): number | bigint | undefined {
  if (typeof value === 'string') return parseInteger(value, base)
  if (typeof value === 'bigint') return value
  if (!isNumber(value) && typeof value !== 'boolean') return undefined
  const number = toNumber(value)
  if (!Number.isFinite(number)) return undefined
  return Number.isSafeInteger(Math.trunc(number)) ? Math.trunc(number) : BigInt(Math.trunc(number))
}

/** Python's `float(value)`; undefined where it raises. */
export function toFloat(value: unknown): number | PyFloat | undefined {
  if (typeof value === 'string') return parseFloatText(value)
  if (!isNumber(value) && typeof value !== 'boolean') return undefined
  const number = toNumber(value)
  return Number.isInteger(number) ? new PyFloat(number) : number
}
