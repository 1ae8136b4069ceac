import { truth } from '../../core/values/compare.ts'
import { itemsOf, valuesOf } from '../../core/values/dicts.ts'
import { text } from '../../core/values/text.ts'
import { EvaluationError, isDict, Tuple, Undefined } from '../../core/values/types.ts'
import type { Context } from '../jinja/context.ts'
import { type Named, noNames } from '../python/call.ts'
import { item as memberItem } from '../python/members.ts'
import { Membership } from '../python/membership.ts'
import { type FilterTable, filter } from './define.ts'
import { getPath, sortKey } from './sequences.ts'

/** A test by name with its arguments, or truth itself where none is named. */
function tester(context: Context, name: unknown, args: readonly unknown[]): (value: unknown) => boolean {
  if (name === undefined) return truth
  const test = context.library.test(text(name, 'the name of a test'))
  return (value) => test(context, value, args, noNames)
}

const selecting = (keep: boolean) =>
  filter('*arguments', (value, [given], context) => {
    const [name, ...args] = given as unknown[]
    const test = tester(context, name, args)
    return itemsOf(value).filter((one) => test(one) === keep)
  })

const selectingBy = (keep: boolean) =>
  filter('*arguments', (value, [given], context) => {
    const [attribute, name, ...args] = given as unknown[]
    if (attribute === undefined) throw new EvaluationError('the name of an attribute is missing')
    const test = tester(context, name, args)
    return itemsOf(value).filter((one) => test(getPath(one, attribute)) === keep)
  })

const map = filter('*arguments **named', (value, [given, names], context) => {
  const { attribute, default: fallback, ...named } = names as Record<string, unknown>
  const [name, ...args] = given as unknown[]
  if (attribute !== undefined && name === undefined) {
    return itemsOf(value).map((one) => getPath(one, attribute, fallback))
  }
  if (name === undefined) throw new EvaluationError('map needs the name of a filter, or attribute=')
  const run = context.library.filter(text(name, 'the name of a filter'))
  const rest = names as Record<string, unknown>
  const options: Named = Object.keys(rest).length === 0 ? noNames : attribute === undefined ? named : rest
  return itemsOf(value).map((one) => run(context, one, args, options))
})

/** Items in their first occurrence, compared by an attribute or without case when asked. */
export function uniqueBy(items: readonly unknown[], key: (value: unknown) => unknown): unknown[] {
  const seen = new Membership()
  return items.filter((one) => {
    const value = key(one)
    if (seen.has(value)) return false
    seen.add(value)
    return true
  })
}

const unique = (items: readonly unknown[]): unknown[] => uniqueBy(items, (value) => value)

const within = (items: readonly unknown[]): ((one: unknown) => boolean) => {
  const known = new Membership(items)
  return (one) => known.has(one)
}

function extract(key: unknown, container: unknown, more: unknown): unknown {
  const keys = more === undefined || more === null ? [] : Array.isArray(more) ? more : [more]
  let found = container
  // What is undefined on the way is the answer, so that `default` can take its place.
  for (const one of [key, ...keys]) {
    if (found instanceof Undefined) return found
    if (one instanceof Undefined) return one
    found = memberItem(found, one)
  }
  return found
}

function flatten(items: readonly unknown[], levels: number, skipNulls: boolean): unknown[] {
  const result: unknown[] = []
  for (const one of items) {
    if (skipNulls && (one === null || one === 'None' || one === 'null')) continue
    if (Array.isArray(one) && levels !== 0) result.push(...flatten(one, levels - 1, skipNulls))
    else result.push(one)
  }
  return result
}

/** Filters that pick and combine items of lists. */
export const selectingFilters: FilterTable = {
  select: selecting(true),
  reject: selecting(false),
  selectattr: selectingBy(true),
  rejectattr: selectingBy(false),
  map,
  unique: filter('case_sensitive attribute', (value, [caseSensitive, attribute]) =>
    uniqueBy(itemsOf(value), sortKey(attribute, caseSensitive)),
  ),
  union: filter('other!', (value, [other]) => unique([...itemsOf(value), ...itemsOf(other)])),
  intersect: filter('other!', (value, [other]) => unique(itemsOf(value).filter(within(itemsOf(other))))),
  difference: filter('other!', (value, [other]) => {
    const isOther = within(itemsOf(other))
    return unique(itemsOf(value).filter((one) => !isOther(one)))
  }),
  symmetric_difference: filter('other!', (value, [other]) => {
    const [left, right] = [itemsOf(value), itemsOf(other)]
    const [inLeft, inRight] = [within(left), within(right)]
    return unique([...left, ...right]).filter((one) => !(inLeft(one) && inRight(one)))
  }),
  extract: filter(
    'container! morekeys',
    (value, [container, more]) => extract(value, container, more),
    'takes undefined',
  ),
  flatten: filter('levels skip_nulls', (value, [levels, skipNulls = true]) => {
    if (!Array.isArray(value)) throw new EvaluationError('flatten needs a list')
    return flatten(value, levels === undefined || levels === null ? -1 : Number(levels), truth(skipNulls))
  }),
  subelements: filter('subelements! skip_missing', (value, [path, skipMissing]) =>
    subelements(value, path, truth(skipMissing)),
  ),
}

/** Pairs of each item and one of its inner list's. */
export function subelements(value: unknown, path: unknown, skipMissing: boolean): unknown[] {
  const items = isDict(value) ? valuesOf(value) : itemsOf(value)
  const steps = Array.isArray(path) ? path : text(path, 'subelements').split('.')
  return items.flatMap((one) => {
    let inner: unknown = one
    for (const step of steps) {
      inner = isDict(inner) ? memberItem(inner, step) : new Undefined(String(step))
      if (inner instanceof Undefined || inner === null) {
        if (skipMissing) return []
        throw new EvaluationError(`could not find '${String(step)}' key in iterated item`)
      }
    }
    if (!Array.isArray(inner))
      throw new EvaluationError(`the key '${String(steps.at(-1))}' should point to a list`)
    return inner.map((element) => Tuple.of2(one, element))
  })
}
