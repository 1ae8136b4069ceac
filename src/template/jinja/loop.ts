import { equal } from '../../core/values/compare.ts'
import { itemsOf } from '../../core/values/dicts.ts'
import { EvaluationError, Undefined } from '../../core/values/types.ts'
import { Callable } from '../python/call.ts'
import { nested } from './depth.ts'

type Recurse = (items: unknown[], depth: number) => string

/** The `loop` of a running `for`; calling it runs a recursive loop over other items. */
export class Loop extends Callable {
  readonly #items: readonly unknown[]
  readonly #depth: number
  #index = -1
  #seen: readonly unknown[] | undefined

  constructor(items: readonly unknown[], depth = 0, recurse?: Recurse) {
    super(
      'loop',
      ([children]) => {
        if (recurse === undefined) {
          throw new EvaluationError("loop(…) needs the word 'recursive' in the for tag")
        }
        return nested(() => recurse(itemsOf(children), depth + 1))
      },
      { typeName: 'LoopContext' },
    )
    this.#items = items
    this.#depth = depth
  }

  advance(): boolean {
    this.#index += 1
    return this.#index < this.#items.length
  }

  get item(): unknown {
    return this.#items[this.#index]
  }

  override member(name: string): unknown {
    const read = Object.hasOwn(loopMembers, name) ? loopMembers[name] : undefined
    return read?.(this)
  }

  state(): { index: number; items: readonly unknown[]; depth: number } {
    return { index: this.#index, items: this.#items, depth: this.#depth }
  }

  changed(values: readonly unknown[]): boolean {
    const before = this.#seen
    this.#seen = values
    return before === undefined || !equal([...before], [...values])
  }

  override toRepr(): string {
    return `<LoopContext ${this.#index + 1}/${this.#items.length}>`
  }
}

const neighbour = (loop: Loop, step: -1 | 1, name: string): unknown => {
  const { index, items } = loop.state()
  const value = items[index + step]
  return value === undefined
    ? new Undefined(`loop.${name}`, `there is no ${step < 0 ? 'previous' : 'next'} item`)
    : value
}

const loopMembers: Readonly<Record<string, (loop: Loop) => unknown>> = {
  index: (loop) => loop.state().index + 1,
  index0: (loop) => loop.state().index,
  revindex: (loop) => loop.state().items.length - loop.state().index,
  revindex0: (loop) => loop.state().items.length - loop.state().index - 1,
  first: (loop) => loop.state().index === 0,
  last: (loop) => loop.state().index === loop.state().items.length - 1,
  length: (loop) => loop.state().items.length,
  depth: (loop) => loop.state().depth + 1,
  depth0: (loop) => loop.state().depth,
  previtem: (loop) => neighbour(loop, -1, 'previtem'),
  nextitem: (loop) => neighbour(loop, 1, 'nextitem'),
  changed: (loop) => new Callable('changed', (values) => loop.changed(values)),
  cycle: (loop) =>
    new Callable('cycle', (values) => {
      if (values.length === 0) throw new EvaluationError('loop.cycle: no items for cycling given')
      return values[loop.state().index % values.length]
    }),
}
