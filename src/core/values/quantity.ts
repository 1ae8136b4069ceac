import { Native } from './types.ts'

/** A value with an order and a sum of its own: a date or a span of time. */
export abstract class Quantity extends Native {
  /** The number by which values of this type compare. */
  abstract readonly order: number

  /** The sum with (or difference from) another value, or undefined when the two do not go together. */
  abstract plus(other: unknown, sign: 1 | -1): unknown

  /** What `format()` and `{:…}` make of it. */
  abstract format(spec: string): string
}
