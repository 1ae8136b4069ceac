import { randomInt } from 'node:crypto'
import { truth } from '../../core/values/compare.ts'
import { dictOf, entriesOf, getKey, itemsOf } from '../../core/values/dicts.ts'
import { str, text } from '../../core/values/text.ts'
import { defined, EvaluationError, isDict, Tuple, Undefined } from '../../core/values/types.ts'
import { globPattern } from '../filters/glob.ts'
import { subelements } from '../filters/selecting.ts'
import { pythonRegex } from '../python/regex.ts'
import type { Lookup, LookupTable } from './define.ts'
import { sequence } from './sequence.ts'

const flat = (items: readonly unknown[]): unknown[] =>
  items.flatMap((one) => (Array.isArray(one) ? flat(one) : [one]))
const oneLevel = (terms: readonly unknown[]): unknown[] =>
  terms.flatMap((term) => (Array.isArray(term) ? term : [term]))

const dict: Lookup = (terms) =>
  terms.flatMap((term) => {
    if (!isDict(term)) throw new EvaluationError('with_dict expects a dict')
    return entriesOf(term).map(([key, value]) =>
      dictOf([
        ['key', key],
        ['value', value],
      ]),
    )
  })

const listsOf = (terms: readonly unknown[]): unknown[][] =>
  terms.map((term) => (Array.isArray(term) ? term : [term]))

const together: Lookup = (terms) => {
  const lists = listsOf(terms)
  if (lists.length === 0)
    throw new EvaluationError('with_together requires at least one element in each list')
  const size = Math.max(...lists.map((list) => list.length))
  return Array.from({ length: size }, (_, index) =>
    lists.map((list) => (index < list.length ? list[index] : null)),
  )
}

const nested: Lookup = (terms) => {
  if (terms.length === 0)
    throw new EvaluationError('with_nested requires at least one element in the nested list')
  return listsOf(terms).reduce<unknown[][]>(
    (rows, list) => rows.flatMap((row) => list.map((one) => [...row, ...(Array.isArray(one) ? one : [one])])),
    [[]],
  )
}

const subelementsLookup: Lookup = (terms) => {
  const [items, path, flags] = terms
  if (path === undefined)
    throw new EvaluationError("lookup 'subelements' expects a list and the name of an inner list")
  return subelements(items, path, isDict(flags) && truth(getKey(flags, 'skip_missing') ?? false))
}

const vars: Lookup = (terms, { default: fallback }, { context }) =>
  terms.map((term) => {
    const name = text(term, 'the name of a variable')
    const value = context.base.lookup(name)
    if (value !== undefined && !(value instanceof Undefined)) return value
    if (fallback !== undefined) return fallback
    return defined(value ?? new Undefined(name, `No variable found with this name: ${name}`))
  })

function searchPattern(term: unknown): RegExp {
  if (typeof term !== 'string')
    throw new EvaluationError(`Invalid setting identifier, "${str(term)}" is not a string`)
  try {
    return pythonRegex(term)
  } catch (error) {
    throw new EvaluationError(
      `Unable to use "${term}" as a search parameter: ${error instanceof Error ? error.message : error}`,
    )
  }
}

const varnames: Lookup = (terms, _, { context }) => {
  const names = [...context.scope.names()]
  return terms.flatMap((term) => {
    const pattern = searchPattern(term)
    return names.filter((name) => name.search(pattern) >= 0)
  })
}

/** Hosts of the groups and host names that a pattern such as `all:!web,db*` names. */
const inventoryHostnames: Lookup = (terms, _, { context }) => {
  const groups = context.base.lookup('groups')
  const all = isDict(groups)
    ? entriesOf(groups).map(([name, hosts]) => [str(name), itemsOf(hosts).map(str)] as const)
    : []
  const everyone = [...new Set(all.flatMap(([, hosts]) => hosts))]
  const named = (part: string): string[] => {
    const pattern = globPattern(part === 'all' ? '*' : part)
    const members = all.filter(([name]) => pattern.test(name)).flatMap(([, hosts]) => hosts)
    return [...new Set([...members, ...everyone.filter((host) => pattern.test(host))])]
  }
  return terms.flatMap((term) => {
    const parts = text(term, 'a pattern')
      .split(/[,:]/)
      .filter((part) => part !== '')
    const added = new Set(parts.filter((part) => !/^[!&]/.test(part)).flatMap(named))
    const kept = parts.filter((part) => part.startsWith('&')).map((part) => new Set(named(part.slice(1))))
    const dropped = new Set(
      parts.filter((part) => part.startsWith('!')).flatMap((part) => named(part.slice(1))),
    )
    return [...added].filter((host) => kept.every((set) => set.has(host)) && !dropped.has(host))
  })
}

/** Lookups that arrange what they are given, and those that look at variables. */
export const listLookups: LookupTable = {
  items: oneLevel,
  list: (terms) => [...terms],
  flattened: (terms) => flat(terms),
  dict,
  together,
  nested,
  cartesian: nested,
  subelements: subelementsLookup,
  indexed_items: (terms) => oneLevel(terms).map((one, index) => Tuple.of2(index, one)),
  random_choice: (terms) => {
    const items = flat(terms)
    return items.length === 0 ? [] : [items[randomInt(items.length)]]
  },
  sequence,
  vars,
  varnames,
  inventory_hostnames: inventoryHostnames,
}
