/** A store of the most recently used things, up to a number of them. */
export class Cache<T> {
  readonly #limit: number
  readonly #items = new Map<string, T>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: string): T | undefined {
    return this.#items.get(key)
  }

  /** When full, the older half goes: cheaper than keeping an exact order on every read. */
  set(key: string, value: T): T {
    if (this.#items.size >= this.#limit) {
      const old = [...this.#items.keys()].slice(0, this.#limit / 2)
      for (const one of old) this.#items.delete(one)
    }
    this.#items.set(key, value)
    return value
  }
}
