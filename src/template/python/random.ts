import { createHash, randomBytes } from 'node:crypto'
import { EvaluationError } from '../../core/values/types.ts'

const size = 624
const word = (value: number): number => value >>> 0

/** What `random` and `shuffle` draw from: bits, most significant first. */
export interface Source {
  bits(count: number): number
}

/** The Mersenne Twister that Python's `random.Random(seed)` is, so that a seed gives the same draws. */
class Twister implements Source {
  readonly #state = new Uint32Array(size)
  #index = size

  constructor(key: readonly number[]) {
    const state = this.#state
    state[0] = 19_650_218
    for (let i = 1; i < size; i += 1) state[i] = Math.imul(1_812_433_253, mixed(state[i - 1])) + i
    let [i, j] = [1, 0]
    const next = (): void => {
      i += 1
      if (i >= size) {
        state[0] = state[size - 1] ?? 0
        i = 1
      }
    }
    for (let k = Math.max(size, key.length); k > 0; k -= 1) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(mixed(state[i - 1]), 1_664_525)) + (key[j] ?? 0) + j
      next()
      j = (j + 1) % key.length
    }
    for (let k = size - 1; k > 0; k -= 1) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(mixed(state[i - 1]), 1_566_083_941)) - i
      next()
    }
    state[0] = 0x80000000
  }

  bits(count: number): number {
    return count <= 32 ? this.#next() >>> (32 - count) : this.#next() + this.bits(count - 32) * 2 ** 32
  }

  #next(): number {
    if (this.#index >= size) this.#twist()
    let y = this.#state[this.#index] ?? 0
    this.#index += 1
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return word(y ^ (y >>> 18))
  }

  #twist(): void {
    const state = this.#state
    for (let i = 0; i < size; i += 1) {
      const y = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % size] ?? 0) & 0x7fffffff)
      state[i] = (state[(i + 397) % size] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
    }
    this.#index = 0
  }
}

function mixed(value = 0): number {
  return value ^ (value >>> 30)
}

/** The number that Python makes of a seed, in words of 32 bits, lowest first. */
function keyOf(seed: unknown): number[] {
  const bytes = typeof seed === 'string' ? Buffer.from(seed) : undefined
  let value: bigint
  if (bytes !== undefined) {
    const all = Buffer.concat([bytes, createHash('sha512').update(bytes).digest()])
    value = BigInt(`0x${all.toString('hex')}`)
  } else if (typeof seed === 'number' || typeof seed === 'bigint' || typeof seed === 'boolean') {
    if (typeof seed === 'number' && !Number.isInteger(seed))
      throw new EvaluationError('a seed is text or a whole number')
    value = BigInt(seed)
    if (value < 0n) value = -value
  } else throw new EvaluationError('a seed is text or a whole number')
  const key: number[] = []
  for (; value > 0n; value >>= 32n) key.push(Number(value & 0xffffffffn))
  return key.length === 0 ? [0] : key
}

const system: Source = {
  bits: (count) => Number(BigInt(`0x${randomBytes(8).toString('hex')}`) >> BigInt(64 - count)),
}

/** A source of draws: repeatable for a seed, of the system without one. */
export function randomSource(seed: unknown): Source {
  return seed === undefined || seed === null ? system : new Twister(keyOf(seed))
}

/** A whole number from 0 up to (without) a limit. */
export function drawBelow(source: Source, limit: number): number {
  if (limit <= 0) throw new EvaluationError('empty range for random')
  const count = limit.toString(2).length
  let drawn = source.bits(count)
  while (drawn >= limit) drawn = source.bits(count)
  return drawn
}

/** The items in a drawn order, as Python's `shuffle` exchanges them. */
export function shuffled(source: Source, items: readonly unknown[]): unknown[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = drawBelow(source, i + 1)
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}
