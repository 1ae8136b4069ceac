import { itemsOf } from '../../core/values/dicts.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { EvaluationError, isNumber, Undefined } from '../../core/values/types.ts'
import { drawBelow, randomSource, shuffled } from '../python/random.ts'
import { type FilterTable, filter } from './define.ts'

/** Filters that draw; the same seed gives the same as in Ansible. */
export const randomFilters: FilterTable = {
  random: filter('start step seed', (value, [start, step, seed]) => {
    const source = randomSource(seed)
    if (isNumber(value)) {
      const first = start === undefined || start === null ? 0 : toIndex(start)
      const stride = step === undefined || step === null ? 1 : toIndex(step)
      return first + stride * drawBelow(source, Math.ceil((toIndex(value) - first) / stride))
    }
    if ((start ?? step ?? null) !== null)
      throw new EvaluationError('start and step can only be used with integer values')
    const items = itemsOf(value)
    if (items.length === 0) return new Undefined('(…)', 'No random item, sequence was empty.')
    return items[drawBelow(source, items.length)]
  }),
  // As in Ansible what is no list is given back.
  shuffle: filter('seed', (value, [seed]) =>
    isNumber(value) ? value : shuffled(randomSource(seed), itemsOf(value)),
  ),
}
