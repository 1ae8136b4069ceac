import {
  EvaluationError,
  PyFloat as FloatBox,
  failUndefined,
  float,
  integer,
  type PyFloat,
  typeName,
  Undefined,
  Unsafe,
} from './types.ts'

/** A value as a plain number, for filters that calculate; text is not taken for one. */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  if (value instanceof FloatBox) return value.value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Undefined) failUndefined(value)
  throw new EvaluationError(`must be a number, not ${typeName(value)}`)
}

/** A whole number argument, as `range(3)` or `batch(2)` take it. */
export function toIndex(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Undefined) failUndefined(value)
  throw new EvaluationError(`'${typeName(value)}' object cannot be interpreted as an integer`)
}

const intText: Readonly<Record<number, RegExp>> = {
  2: /^[+-]?(0b)?_?[01]+(_[01]+)*$/i,
  8: /^[+-]?(0o)?_?[0-7]+(_[0-7]+)*$/i,
  10: /^[+-]?\d+(_\d+)*$/,
  16: /^[+-]?(0x)?_?[\da-f]+(_[\da-f]+)*$/i,
}

const prefixes: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' }

/** Python's `int(text, base)`; undefined where Python raises. */
export function parseInteger(source: string, base = 10): number | bigint | undefined {
  const text = source.trim()
  if (base === 0) {
    const found = [2, 8, 16].find((one) => new RegExp(`^[+-]?${prefixes[one]}`, 'i').test(text))
    return parseInteger(text, found ?? 10)
  }
  const pattern = intText[base]
  if (pattern === undefined) {
    const value = Number.parseInt(text, base)
    return Number.isNaN(value) ? undefined : value
  }
  if (!pattern.test(text)) return undefined
  const digits = text
    .replace(/^[+-]/, '')
    .replaceAll('_', '')
    .replace(/^0[box]/i, base === 10 ? '$&' : '')
  const value = BigInt(`${prefixes[base]}${digits}`)
  return integer(text.startsWith('-') ? -value : value)
}

/** Python's `float(text)`; undefined where Python raises. */
export function parseFloatText(source: string): number | PyFloat | undefined {
  const text = source.trim().toLowerCase()
  if (/^[+-]?(inf|infinity)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^[+-]?nan$/.test(text)) return Number.NaN
  if (!/^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?$/.test(text)) return undefined
  return float(Number(text.replaceAll('_', '')))
}

/** Text of an unsafe or plain string, or undefined for everything else. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof Unsafe ? value.text : undefined
}

/** Rounds half to even, as Python does, to a number of decimal places. */
export function roundHalfEven(value: number, places: number): number {
  if (!Number.isFinite(value)) return value
  if (places === 0) {
    const low = Math.floor(value)
    const rest = value - low
    if (rest !== 0.5) return Math.round(value)
    return low % 2 === 0 ? low : low + 1
  }
  if (places > 0) return Number(exactFixed(value, places))
  const unit = 10 ** -places
  return roundHalfEven(value / unit, 0) * unit
}

/** `toFixed` decides by the exact binary value, as Python does; only true ties need care. */
export function exactFixed(value: number, places: number): string {
  const wide = Math.abs(value) >= 1e21 ? BigInt(Math.trunc(value)).toString() : undefined
  if (wide !== undefined) return places === 0 ? wide : `${wide}.${'0'.repeat(places)}`
  const fixed = value.toFixed(Math.min(places, 100))
  const scaled = value * 2 ** 20
  const isTie =
    Number.isInteger(scaled) &&
    places < 20 &&
    /5$/.test(value.toFixed(places + 1)) &&
    Number(value.toFixed(places + 1)) === value
  if (!isTie) return fixed
  const shorter = value
    .toFixed(places + 1)
    .slice(0, -1)
    .replace(/\.$/, '')
  const last = Number(shorter.at(-1))
  return last % 2 === 0 ? shorter : fixed
}
