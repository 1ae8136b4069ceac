import { truth } from '../../core/values/compare.ts'
import { floatText } from '../../core/values/float-text.ts'
import { exactFixed, roundHalfEven, toIndex, toNumber } from '../../core/values/numbers.ts'
import { str } from '../../core/values/text.ts'
import { EvaluationError, float, isInteger, PyFloat, typeName } from '../../core/values/types.ts'
import { operate } from '../python/arithmetic.ts'
import { toFloat } from '../python/percent.ts'
import { type FilterTable, filter } from './define.ts'

function round(value: unknown, precision: number, method: string): unknown {
  if (!['common', 'ceil', 'floor'].includes(method))
    throw new EvaluationError('method must be common, ceil or floor')
  const number = toNumber(value)
  if (method === 'common')
    return isInteger(value)
      ? roundHalfEven(number, Math.min(0, precision))
      : float(roundHalfEven(number, precision))
  const unit = 10 ** precision
  return float((method === 'ceil' ? Math.ceil(number * unit) : Math.floor(number * unit)) / unit)
}

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000
  const units = binary
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`
  const index = units.findIndex((_, power) => bytes < base ** (power + 2))
  const power = index < 0 ? units.length - 1 : index
  return `${exactFixed(bytes / base ** (power + 1), 1)} ${units[power]}`
}

const letters = 'YZEPTGMK'

/** The size of a unit's letter: K is 1024. */
function unitSize(letter: string): number {
  const power = letters.length - letters.indexOf(letter.toUpperCase())
  return letter === '' || letter.toUpperCase() === 'B' ? 1 : 1024 ** power
}

function humanReadable(size: number, isBits: boolean, unit: string | undefined): string {
  const base = isBits ? 'bits' : 'Bytes'
  const wanted = unit?.toUpperCase().slice(0, 1)
  const letter = [...letters].find((one) => (wanted === undefined ? size >= unitSize(one) : one === wanted))
  if (letter === undefined) return `${exactFixed(size, 2)} ${base}`
  return `${exactFixed(size / unitSize(letter), 2)} ${letter}${base[0]}`
}

function humanToBytes(text: string, defaultUnit: string | undefined, isBits: boolean): number | bigint {
  const [, digits, given = ''] = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(text) ?? []
  if (digits === undefined || digits === '' || digits === '.')
    throw new EvaluationError(`human_to_bytes() can't interpret following string: ${text}`)
  const unit = given === '' ? (defaultUnit ?? '') : given
  if (unit === '') return Math.round(Number(digits))
  const letter = unit.slice(0, 1).toUpperCase()
  const rest = unit.slice(1)
  const known = (letters.includes(letter) || letter === 'B') && /^(i?b|ib|B|iB|it|its|yte|ytes|)$/.test(rest)
  const kind =
    unit.length > 1
      ? rest.toLowerCase() === 'b' || rest.toLowerCase() === 'ib'
        ? rest.at(-1)
        : undefined
      : undefined
  if (!known || (kind !== undefined && (kind === 'b') !== isBits && letters.includes(letter))) {
    throw new EvaluationError(
      `human_to_bytes() failed to convert ${text}. Value is not a valid string${isBits ? ' (use b for bits)' : ' (use B for bytes)'}`,
    )
  }
  return Math.round(Number(digits) * unitSize(letter))
}

/** Filters that calculate. */
export const numberFilters: FilterTable = {
  round: filter('precision method', (value, [precision = 0, method = 'common']) =>
    round(value, toIndex(precision), str(method)),
  ),
  log: filter('base', (value, [base = Math.E]) => {
    if (typeof value === 'string')
      throw new EvaluationError(
        `log() can only be used on numbers: must be real number, not ${typeName(value)}`,
      )
    const [number, by] = [toNumber(value), toNumber(base)]
    if (number <= 0) throw new EvaluationError('log(): math domain error')
    return float(
      by === 10 ? Math.log10(number) : by === Math.E ? Math.log(number) : Math.log(number) / Math.log(by),
    )
  }),
  pow: filter('x!', (value, [power]) => toFloat(operate('**', toFloat(toNumber(value)), power))),
  root: filter('base', (value, [base = 2]) => {
    const number = toNumber(value)
    return float(toNumber(base) === 2 ? Math.sqrt(number) : number ** (1 / toNumber(base)))
  }),
  filesizeformat: filter('binary', (value, [binary]) =>
    fileSize(typeof value === 'string' ? Number(value) : toNumber(value), truth(binary)),
  ),
  human_readable: filter('isbits unit', (value, [isBits, unit]) => {
    const size = typeof value === 'string' ? Number(value) : toNumber(value)
    if (Number.isNaN(size))
      throw new EvaluationError(`human_readable() can't interpret following string: ${str(value)}`)
    return humanReadable(size, truth(isBits), unit === undefined || unit === null ? undefined : str(unit))
  }),
  human_to_bytes: filter('default_unit isbits', (value, [unit, isBits]) =>
    humanToBytes(
      value instanceof PyFloat ? floatText(value.value) : str(value),
      unit === undefined || unit === null ? undefined : str(unit),
      truth(isBits),
    ),
  ),
}
