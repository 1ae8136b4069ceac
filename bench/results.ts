import type { Traffic } from './link.ts'
import type { Measurement } from './measure.ts'

/** What is measured on hosts: a row of the tables. */
export interface Cell {
  readonly part: 'connect' | 'first' | 'converged' | 'micro'
  readonly hosts: number
  /** Milliseconds there and back. */
  readonly latency: number
}

type Sample = Omit<Measurement, 'output'> & Partial<Traffic>

/** Collects samples by cell and contender; gives medians. */
export class Results {
  readonly #samples = new Map<string, Sample[]>()
  readonly #cells = new Map<string, Cell>()

  add(cell: Cell, contender: string, { output: _, ...sample }: Measurement, traffic?: Traffic): void {
    this.#cells.set(keyOf(cell), cell)
    const key = `${keyOf(cell)} ${contender}`
    const known = this.#samples.get(key) ?? []
    this.#samples.set(key, [...known, { ...sample, ...traffic }])
  }

  /** In the order in which they are to be shown. */
  cells(): readonly Cell[] {
    const order = ['connect', 'first', 'converged', 'micro']
    const rank = ({ part, hosts, latency }: Cell) => hosts * 1e6 + order.indexOf(part) * 1e4 + latency
    return [...this.#cells.values()].sort((a, b) => rank(a) - rank(b))
  }

  /** How often a contender was measured in a cell. */
  count(cell: Cell, contender: string): number {
    return this.#samples.get(`${keyOf(cell)} ${contender}`)?.length ?? 0
  }

  median(cell: Cell, contender: string, field: keyof Sample): number | undefined {
    const samples = this.#samples.get(`${keyOf(cell)} ${contender}`) ?? []
    const values = samples.flatMap((sample) => sample[field] ?? []).sort((a, b) => a - b)
    const middle = Math.floor(values.length / 2)
    if (values.length % 2 === 1) return values[middle]
    const [low, high] = [values[middle - 1], values[middle]]
    return low === undefined || high === undefined ? undefined : (low + high) / 2
  }
}

const keyOf = ({ part, hosts, latency }: Cell): string => `${part} ${hosts} ${latency}`
