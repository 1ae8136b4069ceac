import { growingDict } from '../core/values/dicts.ts'
import { toIndex } from '../core/values/numbers.ts'
import { str } from '../core/values/text.ts'
import { bare, EvaluationError, Native, special, Undefined } from '../core/values/types.ts'
import type { Context } from './jinja/context.ts'
import { namespaceOf } from './jinja/runtime.ts'
import { omit } from './omit.ts'
import { bind, Callable, type Named, noNames } from './python/call.ts'
import { pairsOf } from './python/collection-methods.ts'
import { dateAt } from './python/datetime.ts'

type Call = (positional: readonly unknown[], named: Named) => unknown

const callable = (name: string, call: Call) => () => new Callable(name, call)

function range(positional: readonly unknown[], named: Named): unknown[] {
  const given = bind('range()', ['start!', 'stop', 'step'], positional, named)
    .filter((one) => one !== undefined)
    .map(toIndex)
  const [start, stop, step] =
    given.length === 1 ? [0, given[0] ?? 0, 1] : [given[0] ?? 0, given[1] ?? 0, given[2] ?? 1]
  if (step === 0) throw new EvaluationError('range() arg 3 must not be zero')
  const numbers: number[] = []
  for (let number = start; step > 0 ? number < stop : number > stop; number += step) numbers.push(number)
  return numbers
}

function dict(positional: readonly unknown[], named: Named): unknown {
  const [source] = bind('dict()', ['source'], positional, noNames)
  return growingDict([...(source === undefined ? [] : pairsOf(source)), ...Object.entries(named)])
}

class Cycler extends Native {
  readonly typeName = 'Cycler'
  readonly #items: readonly unknown[]
  #index = 0

  constructor(items: readonly unknown[]) {
    super()
    if (items.length === 0) throw new EvaluationError('cycler(): at least one item has to be provided')
    this.#items = items
  }

  member(name: string): unknown {
    if (name === 'current') return this.#items[this.#index]
    if (name === 'next') return new Callable('next', () => this.#next())
    return name === 'reset' ? new Callable('reset', () => this.#reset()) : undefined
  }

  #next(): unknown {
    const item = this.#items[this.#index]
    this.#index = (this.#index + 1) % this.#items.length
    return item
  }

  #reset(): null {
    this.#index = 0
    return null
  }
}

function joiner(positional: readonly unknown[], named: Named): Callable {
  const [separator = ', '] = bind('joiner()', ['sep'], positional, named)
  let used = false
  return new Callable('joiner', () => {
    const text = used ? separator : ''
    used = true
    return text
  })
}

/** Functions and values that every template has. Variables of the same name come first. */
export const baseGlobals: Readonly<Record<string, (context: Context) => unknown>> = {
  omit: () => {
    special.made += 1
    return omit
  },
  range: callable('range', range),
  dict: callable('dict', dict),
  namespace: callable('namespace', namespaceOf),
  cycler: callable('cycler', (items) => new Cycler(items)),
  joiner: callable('joiner', joiner),
  now: callable('now', (positional, named) => {
    const [utc, format] = bind('now()', ['utc', 'fmt'], positional, named)
    const date = dateAt(new Date(), utc === true ? 'UTC' : 'local')
    return format === undefined || format === null ? date : date.format(str(format))
  }),
  undef: callable('undef', (positional, named) => {
    const [hint] = bind('undef()', ['hint'], positional, named)
    return new Undefined(
      'undef()',
      typeof bare(hint) === 'string' ? String(bare(hint)) : 'Mandatory variable has not been overridden',
    )
  }),
}
