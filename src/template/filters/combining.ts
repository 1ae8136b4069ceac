import { truth } from '../../core/values/compare.ts'
import { dictOf, entriesOf, getKey, hasKey, itemsOf, PyDict } from '../../core/values/dicts.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { str, text } from '../../core/values/text.ts'
import { type Dict, EvaluationError, isDict, Tuple, typeName } from '../../core/values/types.ts'
import { Membership } from '../python/membership.ts'
import { type FilterTable, filter } from './define.ts'

type ListMerge = (left: unknown[], right: unknown[]) => unknown[]

const missingFrom = (items: unknown[]): ((one: unknown) => boolean) => {
  const known = new Membership(items)
  return (one) => !known.has(one)
}

/** What happens to lists under one key. */
const listMerges: Readonly<Record<string, ListMerge>> = {
  replace: (_, right) => right,
  keep: (left) => left,
  append: (left, right) => [...left, ...right],
  prepend: (left, right) => [...right, ...left],
  append_rp: (left, right) => [...left.filter(missingFrom(right)), ...right],
  prepend_rp: (left, right) => [...right, ...left.filter(missingFrom(right))],
}

function merge(left: Dict, right: Dict, recursive: boolean, lists: ListMerge): Dict {
  const result = new PyDict(entriesOf(left))
  for (const [key, value] of entriesOf(right)) {
    const before = result.get(key)
    if (recursive && isDict(before) && isDict(value)) result.set(key, merge(before, value, recursive, lists))
    else if (result.has(key) && Array.isArray(before) && Array.isArray(value))
      result.set(key, lists(before, value))
    else result.set(key, value)
  }
  return dictOf(result)
}

/** Ansible's `combine`: dicts (also lists of them) merged in order. */
function combine(terms: unknown[], recursive: boolean, list: string): Dict {
  const lists = Object.hasOwn(listMerges, list) ? listMerges[list] : undefined
  if (lists === undefined) {
    throw new EvaluationError(
      `combine: list_merge is '${list}'; use one of: ${Object.keys(listMerges).join(', ')}`,
    )
  }
  // Lists are opened once, and what is null counts for nothing.
  const flat = terms.flat(1).filter((term) => term !== null)
  return flat.reduce<Dict>((result, term) => {
    if (!isDict(term))
      throw new EvaluationError(`failed to combine variables, expected dicts but got a ${typeName(term)}`)
    return merge(result, term, recursive, lists)
  }, {})
}

function rekey(value: unknown, key: string, duplicates: string): Dict {
  const items = isDict(value) ? entriesOf(value).map(([, one]) => one) : itemsOf(value)
  const result = new PyDict()
  for (const one of items) {
    if (!isDict(one)) throw new EvaluationError(`List item is not a valid dict: ${typeName(one)}`)
    if (!hasKey(one, key)) throw new EvaluationError(`Key ${key} was not found`)
    const name = getKey(one, key)
    if (result.has(name) && duplicates === 'error')
      throw new EvaluationError(`Key ${str(name)} is not unique, cannot correctly turn into dict`)
    result.set(name, one)
  }
  return dictOf(result)
}

const zip = (lists: unknown[][], size: number, fill?: unknown): Tuple[] =>
  Array.from({ length: size }, (_, index) =>
    Tuple.over(lists.map((list) => (index < list.length ? list[index] : fill))),
  )

function product(lists: unknown[][]): unknown[][] {
  return lists.reduce<unknown[][]>(
    (rows, list) => rows.flatMap((row) => list.map((one) => [...row, one])),
    [[]],
  )
}

function combinations(items: unknown[], size: number): unknown[][] {
  if (size === 0) return [[]]
  return items.flatMap((one, index) =>
    combinations(items.slice(index + 1), size - 1).map((rest) => [one, ...rest]),
  )
}

function permutations(items: unknown[], size: number): unknown[][] {
  if (size === 0) return [[]]
  return items.flatMap((one, index) => {
    const others = [...items.slice(0, index), ...items.slice(index + 1)]
    return permutations(others, size - 1).map((rest) => [one, ...rest])
  })
}

const tuples = (rows: unknown[][]): Tuple[] => rows.map((row) => Tuple.over(row))
const lists = (value: unknown, others: unknown): unknown[][] =>
  [value, ...(others as unknown[])].map((one) => itemsOf(one))

/** Filters that build dicts and lists out of others. */
export const combiningFilters: FilterTable = {
  combine: filter('*others recursive list_merge', (value, [others, recursive, list = 'replace']) =>
    combine([value, ...(others as unknown[])], truth(recursive ?? false), str(list)),
  ),
  dict2items: filter('key_name value_name', (value, [keyName = 'key', valueName = 'value']) => {
    if (!isDict(value))
      throw new EvaluationError(`dict2items requires a dictionary, got ${typeName(value)} instead.`)
    return entriesOf(value).map(([key, one]) =>
      dictOf([
        [keyName, key],
        [valueName, one],
      ]),
    )
  }),
  items2dict: filter('key_name value_name', (value, [keyName = 'key', valueName = 'value']) => {
    if (!Array.isArray(value))
      throw new EvaluationError(`items2dict requires a list, got ${typeName(value)} instead.`)
    return dictOf(
      value.map((one): [unknown, unknown] => {
        if (!isDict(one) || !hasKey(one, keyName) || !hasKey(one, valueName)) {
          throw new EvaluationError(
            `items2dict requires each dictionary in the list to contain the keys '${str(keyName)}' and '${str(valueName)}'`,
          )
        }
        return [getKey(one, keyName), getKey(one, valueName)]
      }),
    )
  }),
  dict: filter('', (value) =>
    dictOf(itemsOf(value).map((pair): [unknown, unknown] => [itemsOf(pair)[0], itemsOf(pair)[1]])),
  ),
  rekey_on_member: filter('key! duplicates', (value, [key, duplicates = 'error']) =>
    rekey(value, text(key, 'key'), str(duplicates)),
  ),
  zip: filter('*others', (value, [others]) => {
    const all = lists(value, others)
    return zip(all, Math.min(...all.map((list) => list.length)))
  }),
  zip_longest: filter('*others fillvalue', (value, [others, fill = null]) => {
    const all = lists(value, others)
    return zip(all, Math.max(...all.map((list) => list.length)), fill)
  }),
  product: filter('*others repeat', (value, [others, repeat = 1]) => {
    const all = lists(value, others)
    return tuples(product(Array.from({ length: toIndex(repeat) }, () => all).flat()))
  }),
  combinations: filter('n!', (value, [size]) => tuples(combinations([...itemsOf(value)], toIndex(size)))),
  permutations: filter('n', (value, [size]) => {
    const items = [...itemsOf(value)]
    return tuples(permutations(items, size === undefined ? items.length : toIndex(size)))
  }),
}
