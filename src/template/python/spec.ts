import { floatText } from '../../core/values/float-text.ts'
import { exactFixed } from '../../core/values/numbers.ts'
import { Quantity } from '../../core/values/quantity.ts'
import { str } from '../../core/values/text.ts'
import { bare, EvaluationError, isInteger, PyFloat, typeName } from '../../core/values/types.ts'
import { lengthOf, sliceOf } from './code-points.ts'

/** A format specification of Python's: `[[fill]align][sign][#][0][width][,][.precision][type]`. */
interface Spec {
  readonly fill: string
  readonly align: string
  readonly sign: string
  readonly alternate: boolean
  readonly width: number
  readonly group: string
  readonly precision: number | undefined
  readonly type: string
}

const grammar = /^(?:(.)?([<>=^]))?([+\- ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su

function parseSpec(source: string): Spec {
  const match = grammar.exec(source)
  if (match === null) throw new EvaluationError(`Invalid format specifier '${source}'`)
  const [, fill, align, sign = '-', alternate, zeros, width, group = '', precision, type = ''] = match
  return {
    fill: fill ?? (zeros === undefined ? ' ' : '0'),
    align: align ?? (zeros === undefined ? '' : '='),
    sign,
    alternate: alternate !== undefined,
    width: width === undefined ? 0 : Number(width),
    group,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  }
}

/** Python's `format(value, spec)`. */
export function formatSpec(given: unknown, source: string): string {
  const value = bare(given)
  if (value instanceof Quantity) return source === '' ? str(value) : value.format(source)
  if (source === '') return str(value)
  const spec = parseSpec(source)
  if (typeof value === 'string') return formatText(value, spec)
  if (typeof value === 'boolean' && spec.type === '') return formatText(str(value), spec)
  if (typeof value === 'boolean') return formatNumber(value ? 1 : 0, spec)
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat)
    return formatNumber(value, spec)
  throw new EvaluationError(`unsupported format string passed to ${typeName(value)}.__format__`)
}

function formatText(text: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') {
    throw new EvaluationError(`Unknown format code '${spec.type}' for object of type 'str'`)
  }
  const cut = spec.precision === undefined ? text : sliceOf(text, 0, spec.precision)
  return pad('', cut, spec, '<')
}

function formatNumber(value: number | bigint | PyFloat, spec: Spec): string {
  const number = value instanceof PyFloat ? value.value : value
  const negative = number < 0 || Object.is(number, -0)
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign
  const whole = isInteger(value) && !'eEfFgG%'.includes(spec.type || 'd')
  if (!whole && spec.type !== '' && !'eEfFgGn%'.includes(spec.type)) {
    throw new EvaluationError(`Unknown format code '${spec.type}' for object of type '${typeName(value)}'`)
  }
  const size = typeof number === 'bigint' ? (negative ? -number : number) : Math.abs(number)
  const digits = whole ? integerDigits(size, spec) : floatDigits(Number(size), spec)
  return pad(sign, grouped(digits, spec), spec, '>')
}

const bases: Readonly<Record<string, readonly [radix: number, prefix: string]>> = {
  b: [2, '0b'],
  o: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
}

function integerDigits(size: number | bigint, spec: Spec): string {
  if (spec.type === 'c') return String.fromCodePoint(Number(size))
  const base = bases[spec.type]
  if (base === undefined) return BigInt(size).toString()
  const digits = BigInt(size).toString(base[0])
  return (spec.alternate ? base[1] : '') + (spec.type === 'X' ? digits.toUpperCase() : digits)
}

function floatDigits(size: number, spec: Spec): string {
  if (!Number.isFinite(size)) return Number.isNaN(size) ? 'nan' : 'inf'
  const lower = spec.type.toLowerCase()
  if (lower === 'f') return exactFixed(size, spec.precision ?? 6)
  if (lower === '%') return `${exactFixed(size * 100, spec.precision ?? 6)}%`
  if (lower === 'e') return cased(exponent(size.toExponential(spec.precision ?? 6)), spec)
  if (lower === 'g' || lower === 'n' || spec.precision !== undefined) {
    const general = cased(generalDigits(size, spec.precision ?? 6, spec.alternate), spec)
    return lower === '' && !/[.e]/.test(general) ? `${general}.0` : general
  }
  return floatText(size)
}

function cased(text: string, spec: Spec): string {
  return spec.type === spec.type.toUpperCase() && spec.type !== '' ? text.toUpperCase() : text
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

/** The `g` rule: fixed notation for exponents from -4 up to the precision, trailing zeros dropped. */
function generalDigits(size: number, precision: number, keepZeros: boolean): string {
  const places = Math.max(1, precision)
  if (size === 0) return '0'
  const power = Number(size.toExponential(places - 1).split('e')[1])
  const fixed = power >= -4 && power < places
  const text = fixed ? exactFixed(size, places - 1 - power) : exponent(size.toExponential(places - 1))
  return keepZeros || !text.includes('.') ? text : text.replace(/\.?0+(?=$|e)/, '')
}

function grouped(digits: string, spec: Spec): string {
  if (spec.group === '') return digits
  const [, whole = '', rest = ''] = /^(\w*)(.*)$/s.exec(digits) ?? []
  return whole.replace(/\B(?=(\w{3})+$)/g, spec.group) + rest
}

function pad(sign: string, digits: string, spec: Spec, fallback: string): string {
  const missing = spec.width - lengthOf(sign + digits)
  if (missing <= 0) return sign + digits
  const align = spec.align || fallback
  if (align === '=') return sign + spec.fill.repeat(missing) + digits
  if (align === '<') return sign + digits + spec.fill.repeat(missing)
  if (align === '>') return spec.fill.repeat(missing) + sign + digits
  const left = Math.floor(missing / 2)
  return spec.fill.repeat(left) + sign + digits + spec.fill.repeat(missing - left)
}
