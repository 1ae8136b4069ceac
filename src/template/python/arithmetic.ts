import { itemsOf } from '../../core/values/dicts.ts'
import { Quantity } from '../../core/values/quantity.ts'
import {
  bare,
  EvaluationError,
  failUndefined,
  float,
  integer,
  isFloat,
  PyFloat,
  Tuple,
  typeName,
  Undefined,
} from '../../core/values/types.ts'
import { formatPercent } from './percent.ts'

type Operand =
  | { readonly float: true; readonly value: number }
  | { readonly float: false; readonly value: bigint }

function operand(value: unknown): Operand | undefined {
  if (typeof value === 'boolean') return { float: false, value: value ? 1n : 0n }
  if (value instanceof PyFloat) return { float: true, value: value.value }
  if (typeof value === 'bigint') return { float: false, value }
  if (typeof value !== 'number') return undefined
  return isFloat(value) ? { float: true, value } : { float: false, value: BigInt(value) }
}

function unsupported(operator: string, left: unknown, right: unknown): never {
  throw new EvaluationError(
    `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
  )
}

interface Rule {
  readonly floats: (left: number, right: number) => unknown
  readonly integers: (left: bigint, right: bigint) => unknown
  /** What the operator means for values that are no numbers, if anything. */
  readonly others?: (left: unknown, right: unknown) => unknown
}

const zero = (what: string): never => {
  throw new EvaluationError(what)
}

const floorMod = (left: number, right: number): number => {
  const rest = left % right
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest
}

const floorDivide = (left: bigint, right: bigint): bigint => {
  if (right === 0n) zero('integer division or modulo by zero')
  const quotient = left / right
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient
}

const rules: Readonly<Record<string, Rule>> = {
  '+': { floats: (a, b) => float(a + b), integers: (a, b) => integer(a + b), others: join },
  '-': { floats: (a, b) => float(a - b), integers: (a, b) => integer(a - b), others: between },
  '*': { floats: (a, b) => float(a * b), integers: (a, b) => integer(a * b), others: repeat },
  '/': {
    floats: (a, b) => (b === 0 ? zero('division by zero') : float(a / b)),
    integers: (a, b) => (b === 0n ? zero('division by zero') : float(Number(a) / Number(b))),
  },
  '//': {
    floats: (a, b) => (b === 0 ? zero('float floor division by zero') : float(Math.floor(a / b))),
    integers: (a, b) => integer(floorDivide(a, b)),
  },
  '%': {
    floats: (a, b) => (b === 0 ? zero('float modulo') : float(floorMod(a, b))),
    integers: (a, b) => integer(a - floorDivide(a, b) * b),
    others: (a, b) => (typeof a === 'string' ? formatPercent(a, b) : undefined),
  },
  '**': {
    floats: (a, b) => float(a ** b),
    integers: (a, b) => (b < 0n ? float(Number(a) ** Number(b)) : integer(a ** b)),
  },
}

/** Applies a binary operator with Python's types: int and float stay apart, `+` joins lists, `*` repeats. */
export function operate(operator: string, left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number' && operator === '+') {
    const sum = left + right
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) return sum
  }
  if (left instanceof Undefined) failUndefined(left)
  if (right instanceof Undefined) failUndefined(right)
  const rule = rules[operator] ?? unsupported(operator, left, right)
  const [a, b] = [operand(left), operand(right)]
  if (a !== undefined && b !== undefined) {
    if (!a.float && !b.float) return rule.integers(a.value, b.value)
    return rule.floats(Number(a.value), Number(b.value))
  }
  const result = rule.others?.(bare(left), bare(right))
  return result === undefined ? unsupported(operator, left, right) : result
}

function join(left: unknown, right: unknown): unknown {
  if (typeof left === 'string') {
    if (typeof right === 'string') return left + right
    throw new EvaluationError(`can only concatenate str (not "${typeName(right)}") to str`)
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left instanceof Tuple !== right instanceof Tuple) return undefined
    return left instanceof Tuple ? Tuple.over([...left, ...right]) : [...left, ...right]
  }
  return times(left, right, 1)
}

function between(left: unknown, right: unknown): unknown {
  return times(left, right, -1)
}

/** Dates and spans of time know how to add and subtract themselves. */
function times(left: unknown, right: unknown, sign: 1 | -1): unknown {
  return left instanceof Quantity ? left.plus(right, sign) : undefined
}

function repeat(left: unknown, right: unknown): unknown {
  const [sequence, count] = typeof left === 'number' ? [right, left] : [left, right]
  if (typeof count !== 'number' && typeof count !== 'boolean') return undefined
  const size = Math.max(0, Number(count))
  if (typeof sequence === 'string') return sequence.repeat(size)
  if (!Array.isArray(sequence)) return undefined
  const items = Array.from({ length: size }, () => itemsOf(sequence)).flat()
  return sequence instanceof Tuple ? Tuple.over(items) : items
}

/** Python's unary minus and plus. */
export function negate(value: unknown): unknown {
  const number = operand(value)
  if (value instanceof Undefined) failUndefined(value)
  if (number === undefined) throw new EvaluationError(`bad operand type for unary -: '${typeName(value)}'`)
  return number.float ? float(-number.value) : integer(-number.value)
}

export function positive(value: unknown): unknown {
  if (value instanceof Undefined) failUndefined(value)
  const number = operand(value)
  if (number === undefined) throw new EvaluationError(`bad operand type for unary +: '${typeName(value)}'`)
  return number.float ? value : integer(number.value)
}
