import { compare, equal, truth } from '../../core/values/compare.ts'
import { entriesOf, itemsOf, keysOf } from '../../core/values/dicts.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { str, text } from '../../core/values/text.ts'
import {
  bare,
  defined,
  EvaluationError,
  isDict,
  Tuple,
  typeName,
  Undefined,
} from '../../core/values/types.ts'
import { operate } from '../python/arithmetic.ts'
import { characterAt, lengthOf, reversed } from '../python/code-points.ts'
import { item as memberItem } from '../python/members.ts'
import { type FilterTable, filter } from './define.ts'

/** Reads `a.b.0` from a value, step by step; what is missing is undefined, or the default. */
export function getPath(value: unknown, path: unknown, fallback?: unknown): unknown {
  const steps = typeof path === 'number' ? [path] : text(path, 'attribute').split('.')
  let found = value
  for (const step of steps) {
    found = memberItem(found, typeof step === 'string' && /^\d+$/.test(step) ? Number(step) : step)
    if (found instanceof Undefined && fallback !== undefined) return fallback
  }
  return found
}

/** What items are compared by: an attribute (or several, with commas), text without regard to case. */
export function sortKey(attribute: unknown, caseSensitive: unknown): (value: unknown) => unknown {
  const fold = (value: unknown): unknown =>
    typeof value === 'string' && !truth(caseSensitive) ? value.toLowerCase() : value
  if (attribute === undefined || attribute === null) return (value) => fold(bare(value))
  const paths = typeof attribute === 'string' ? attribute.split(',') : [attribute]
  if (paths.length === 1) return (value) => fold(defined(getPath(value, paths[0])))
  return (value) => paths.map((path) => fold(defined(getPath(value, path))))
}

/** A stable sort by a key; descending keeps equal items in their order too. */
export function sortBy(
  items: readonly unknown[],
  key: (value: unknown) => unknown,
  reverse = false,
): unknown[] {
  const keyed = items.map((item) => ({ item, key: key(item) }))
  keyed.sort((a, b) => (reverse ? compare(b.key, a.key) : compare(a.key, b.key)))
  return keyed.map(({ item }) => item)
}

const length = filter('', (value) => {
  if (typeof value === 'string') return lengthOf(value)
  if (Array.isArray(value) || isDict(value)) return itemsOf(value).length
  throw new EvaluationError(`object of type '${typeName(value)}' has no len()`)
})

const itemAt = (value: unknown, index: number): unknown =>
  typeof value === 'string' ? characterAt(value, index) : itemsOf(value).at(index)

const extreme = (sign: 1 | -1) =>
  filter('case_sensitive attribute', (value, [caseSensitive, attribute]) => {
    const key = sortKey(attribute, caseSensitive)
    const items = itemsOf(value)
    if (items.length === 0) return new Undefined('(…)', 'No aggregated item, sequence was empty.')
    return items.reduce((best, one) => (compare(key(one), key(best)) * sign > 0 ? one : best))
  })

function joined(value: unknown, separator: unknown, attribute: unknown): string {
  const items = itemsOf(value)
  const read =
    attribute === undefined || attribute === null ? bare : (one: unknown) => getPath(one, attribute)
  return items.map((one) => str(read(one))).join(str(separator))
}

function batches(items: unknown[], size: number, fill: unknown): unknown[][] {
  const rows: unknown[][] = []
  for (let start = 0; start < items.length; start += size) rows.push(items.slice(start, start + size))
  const last = rows.at(-1)
  if (fill !== undefined && fill !== null && last !== undefined) while (last.length < size) last.push(fill)
  return rows
}

function slices(items: unknown[], count: number, fill: unknown): unknown[][] {
  const size = Math.floor(items.length / count)
  const larger = items.length % count
  let start = 0
  return Array.from({ length: count }, (_, index) => {
    const end = start + size + (index < larger ? 1 : 0)
    const part = items.slice(start, end)
    start = end
    return fill !== undefined && fill !== null && index >= larger ? [...part, fill] : part
  })
}

function groups(items: unknown[], attribute: unknown, fallback: unknown, caseSensitive: unknown): Tuple[] {
  const read = (one: unknown): unknown => defined(getPath(one, attribute, fallback))
  const fold = (one: unknown): unknown => {
    const key = read(one)
    return typeof key === 'string' && !truth(caseSensitive) ? key.toLowerCase() : key
  }
  const result: Tuple[] = []
  let last: unknown
  for (const one of sortBy(items, fold)) {
    const group = result.at(-1)
    if (group !== undefined && equal(last, fold(one))) (group[1] as unknown[]).push(one)
    else result.push(Tuple.of2(read(one), [one]))
    last = fold(one)
  }
  return result
}

/** Filters over lists, as Jinja2 has them. */
export const sequenceFilters: FilterTable = {
  length,
  count: length,
  first: filter(
    '',
    (value) => itemAt(value, 0) ?? new Undefined('(…)', 'No first item, sequence was empty.'),
  ),
  last: filter('', (value) => itemAt(value, -1) ?? new Undefined('(…)', 'No last item, sequence was empty.')),
  list: filter('', (value) => [...itemsOf(value)]),
  reverse: filter('', (value) =>
    typeof value === 'string' ? reversed(value) : [...itemsOf(value)].reverse(),
  ),
  join: filter('d attribute', (value, [separator = '', attribute]) => joined(value, separator, attribute)),
  sort: filter('reverse case_sensitive attribute', (value, [reverse, caseSensitive, attribute]) =>
    sortBy(itemsOf(value), sortKey(attribute, caseSensitive), truth(reverse)),
  ),
  min: extreme(-1),
  max: extreme(1),
  sum: filter('attribute start', (value, [attribute, start = 0]) =>
    itemsOf(value).reduce(
      (total: unknown, one) =>
        operate('+', total, attribute === undefined || attribute === null ? one : getPath(one, attribute)),
      start,
    ),
  ),
  batch: filter('linecount! fill_with', (value, [size, fill]) =>
    batches(itemsOf(value), toIndex(size), fill),
  ),
  slice: filter('slices! fill_with', (value, [count, fill]) => slices(itemsOf(value), toIndex(count), fill)),
  groupby: filter('attribute! default case_sensitive', (value, [attribute, fallback, caseSensitive]) =>
    groups(itemsOf(value), attribute, fallback, caseSensitive),
  ),
  dictsort: filter('case_sensitive by reverse', (value, [caseSensitive, by = 'key', reverse]) => {
    if (!isDict(value)) throw new EvaluationError(`dictsort needs a dict, not ${typeName(value)}`)
    if (by !== 'key' && by !== 'value') throw new EvaluationError("dictsort: by is 'key' or 'value'")
    const pairs = entriesOf(value).map(([key, one]) => Tuple.of2(key, one))
    return sortBy(pairs, sortKey(by === 'key' ? 0 : 1, caseSensitive), truth(reverse))
  }),
  items: filter(
    '',
    (value) => {
      if (value instanceof Undefined) return []
      if (!isDict(value)) throw new EvaluationError('Can only get item pairs from a mapping.')
      return entriesOf(value).map(([key, one]) => Tuple.of2(key, one))
    },
    'takes undefined',
  ),
  attr: filter('name!', (value, [name]) => {
    const found =
      isDict(value) && keysOf(value).some((key) => key === name) ? undefined : memberItem(value, name)
    return found ?? new Undefined(`${typeName(value)}.${str(name)}`)
  }),
}
