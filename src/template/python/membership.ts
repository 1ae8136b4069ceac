import { equal } from '../../core/values/compare.ts'
import { hashOf } from '../../core/values/keys.ts'
import { bare } from '../../core/values/types.ts'

/** Values seen so far, compared as Python compares; those that can be keys without looking at each one. */
export class Membership {
  readonly #simple = new Set<unknown>()
  readonly #others: unknown[] = []

  constructor(items: Iterable<unknown> = []) {
    for (const item of items) this.add(item)
  }

  has(item: unknown): boolean {
    const key = hashOf(bare(item))
    return key === undefined ? this.#others.some((other) => equal(other, item)) : this.#simple.has(key)
  }

  add(item: unknown): void {
    const key = hashOf(bare(item))
    if (key === undefined) this.#others.push(item)
    else this.#simple.add(key)
  }
}
