import { floatText } from './float-text.ts'

/**
 * Counts the values that only templates have (tuples, undefined ones, functions). A count that an evaluation leaves
 * unchanged means that its result holds none of them, and can be passed on without a look inside.
 */
export const special = { made: 0 }

/**
 * A float that JavaScript could not distinguish from an int (`1.0`, `4 / 2`, `-0.0`, `1e22`): Python prints it as `2.0`.
 * Every other float is a number. It counts as its number in arithmetic, comparisons and JSON of JavaScript's.
 */
export class PyFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  valueOf(): number {
    return this.value
  }

  toString(): string {
    return floatText(this.value)
  }

  toJSON(): number {
    return this.value
  }
}

/** A Python tuple: prints with parentheses and never equals a list. */
export class Tuple extends Array<unknown> {
  constructor() {
    super()
    special.made += 1
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  static of2(first: unknown, second: unknown): Tuple {
    const tuple = new Tuple()
    tuple.push(first, second)
    return tuple
  }

  static over(items: Iterable<unknown>): Tuple {
    const tuple = new Tuple()
    for (const item of items) tuple.push(item)
    return tuple
  }
}

/**
 * What a name, key or expression without a value gives. It may be passed on, and chained
 * (`a.b.c | default(1)`), but any other use of it is an error that names the whole path.
 */
export class Undefined {
  readonly path: string
  /** A message that replaces the usual one. */
  readonly hint: string
  /** Ends the usual message, with the nearest name that exists; asked for only when the error is thrown. */
  readonly near: (() => string) | undefined

  constructor(path: string, hint = '', near?: () => string) {
    this.path = path
    this.hint = hint
    this.near = near
    special.made += 1
  }
}

/** What an inline `if` without `else` gives: not defined, yet it prints as nothing and counts as false. */
export class Absent extends Undefined {}

/** Text that must never be taken for a template, whatever it holds: `!unsafe` in YAML, output of hosts. */
export class Unsafe {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }

  toJSON(): string {
    return this.text
  }
}

/** A rule of the expression language was broken. The engine adds the place and rethrows it. */
export class EvaluationError extends Error {
  override name = 'EvaluationError'
}

/** An undefined value was used; `variable` is its full path as written. */
export class UndefinedUse extends EvaluationError {
  readonly variable: string

  constructor(value: Undefined) {
    super(value.hint === '' ? `'${value.path}' is undefined${value.near?.() ?? ''}` : value.hint)
    this.variable = value.path
  }
}

/** Throws the error for using an undefined value. */
export function failUndefined(value: Undefined): never {
  throw new UndefinedUse(value)
}

/** The value itself, unless it is undefined: then the error that says so. */
export function defined<T>(value: T): T {
  if (value instanceof Undefined && !(value instanceof Absent)) failUndefined(value)
  return value
}

/** A value of ours that templates may look into: only what `member` tells exists. */
export abstract class Native {
  constructor() {
    special.made += 1
  }

  abstract readonly typeName: string

  /** The attribute of that name, or undefined when there is none. */
  abstract member(name: string): unknown

  toText(): string {
    return this.toRepr()
  }

  toString(): string {
    return this.toText()
  }

  /** Its text in JSON. */
  toJSON(): string {
    return this.toText()
  }

  toRepr(): string {
    return `<${this.typeName}>`
  }
}

export type Dict = Record<string, unknown> | Map<unknown, unknown>

/** Whether a value is what Python calls a dict: a plain object, or a Map (for keys that are no strings). */
export function isDict(value: unknown): value is Dict {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  if (value instanceof Map) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
}

export function isFloat(value: unknown): value is number | PyFloat {
  return value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value))
}

export function isNumber(value: unknown): value is number | bigint | PyFloat {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat
}

/** A float result: kept apart from ints even when it is whole. */
export function float(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value
}

/** An integer result of any size: a number while that is exact. */
export function integer(value: bigint): number | bigint {
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER))
    return Number(value)
  return value
}

/** The names Python gives to types, as they appear in its messages and in `type_debug`. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string' || value instanceof Unsafe) return 'str'
  if (isInteger(value)) return 'int'
  if (isFloat(value)) return 'float'
  if (value instanceof Tuple) return 'tuple'
  if (Array.isArray(value)) return 'list'
  if (value instanceof Undefined) return 'AnsibleUndefined'
  if (isDict(value)) return 'dict'
  return value instanceof Native ? value.typeName : 'object'
}

/** The text of unsafe text; every other value as it is. */
export function bare(value: unknown): unknown {
  return value instanceof Unsafe ? value.text : value
}
