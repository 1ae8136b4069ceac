import { equal } from './compare.ts'
import { bare, PyFloat } from './values.ts'

/** Values seen so far, compared as Python compares; text and numbers without looking at each one. */
export class Membership {
  readonly #simple = new Set<unknown>()
  readonly #others: unknown[] = []

  constructor(items: Iterable<unknown> = []) {
    for (const item of items) this.add(item)
  }

  has(item: unknown): boolean {
    const key = simpleKey(item)
    return key === undefined ? this.#others.some((other) => equal(other, item)) : this.#simple.has(key)
  }

  add(item: unknown): void {
    const key = simpleKey(item)
    if (key === undefined) this.#others.push(item)
    else this.#simple.add(key)
  }
}

/** One key for all values that are equal: 1, 1.0 and True are. */
function simpleKey(item: unknown): unknown {
  const value = bare(item)
  if (typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof PyFloat ? value.value : undefined
}
