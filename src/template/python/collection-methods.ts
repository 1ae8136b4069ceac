import { compare, equal } from '../../core/values/compare.ts'
import {
  deleteKey,
  dictOf,
  entriesOf,
  getKey,
  hasKey,
  itemsOf,
  keysOf,
  setKey,
} from '../../core/values/dicts.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { type Dict, EvaluationError, isDict, Tuple, typeName } from '../../core/values/types.ts'
import type { MethodRule } from './string-methods.ts'

function rule<Self>(parameters: string, run: (self: Self, args: unknown[]) => unknown): MethodRule<Self> {
  return { parameters: parameters === '' ? [] : parameters.split(' '), run }
}

const place = (items: unknown[], item: unknown): number => {
  const index = items.findIndex((one) => equal(one, item))
  if (index < 0) throw new EvaluationError('the value is not in list')
  return index
}

const fromEnd = (items: unknown[], index: unknown): number => {
  const at = toIndex(index)
  return at < 0 ? at + items.length : at
}

type Items = unknown[]

/** What a list can do in a template; those that change it are in `changing`. */
export const listMethods: Readonly<Record<string, MethodRule<Items>>> = {
  append: rule('object!', (self: Items, [item]) => {
    self.push(item)
    return null
  }),
  clear: rule('', (self: Items) => {
    self.length = 0
    return null
  }),
  copy: rule('', (self: Items) => [...self]),
  count: rule('value!', (self: Items, [item]) => self.filter((one) => equal(one, item)).length),
  extend: rule('iterable!', (self: Items, [items]) => {
    self.push(...itemsOf(items))
    return null
  }),
  index: rule('value!', (self: Items, [item]) => place(self, item)),
  insert: rule('index! object!', (self: Items, [index, item]) => {
    self.splice(Math.max(0, fromEnd(self, index)), 0, item)
    return null
  }),
  pop: rule('index', (self: Items, [index = -1]) => {
    const at = fromEnd(self, index)
    if (at < 0 || at >= self.length) throw new EvaluationError('pop index out of range')
    return self.splice(at, 1)[0]
  }),
  remove: rule('value!', (self: Items, [item]) => {
    self.splice(place(self, item), 1)
    return null
  }),
  reverse: rule('', (self: Items) => {
    self.reverse()
    return null
  }),
  sort: rule('key reverse', (self: Items, [, reverse]) => {
    self.sort((a, b) => compare(a, b) * (reverse === true ? -1 : 1))
    return null
  }),
}

/** Tuples do not change. */
export const tupleMethods: Readonly<Record<string, MethodRule<Items>>> = Object.fromEntries(
  Object.entries(listMethods).filter(([name]) => name === 'count' || name === 'index'),
)

const pairs = (dict: Dict): Tuple[] => entriesOf(dict).map(([key, value]) => Tuple.of2(key, value))

const missing = (key: unknown): never => {
  throw new EvaluationError(`the dict has no key '${String(key)}'`)
}

const take = (self: Dict, key: unknown): unknown => {
  const value = getKey(self, key)
  deleteKey(self, key)
  return value
}

/** The pairs that `update` and `dict()` accept: a dict, or an iterable of pairs. */
export function pairsOf(source: unknown): (readonly [unknown, unknown])[] {
  if (isDict(source)) return entriesOf(source)
  return itemsOf(source).map((pair) => {
    const [key, value, ...more] = itemsOf(pair)
    if (value === undefined || more.length > 0) {
      throw new EvaluationError(`a dict is made of pairs, not of ${typeName(pair)} items of another length`)
    }
    return [key, value]
  })
}

export const dictMethods: Readonly<Record<string, MethodRule<Dict>>> = {
  clear: rule('', (self: Dict) => {
    for (const key of keysOf(self)) deleteKey(self, key)
    return null
  }),
  copy: rule('', (self: Dict) => dictOf(entriesOf(self))),
  fromkeys: rule('iterable! value', (_: Dict, [keys, value = null]) =>
    dictOf(itemsOf(keys).map((key) => [key, value])),
  ),
  get: rule('key! default', (self: Dict, [key, fallback = null]) =>
    hasKey(self, key) ? getKey(self, key) : fallback,
  ),
  items: rule('', pairs),
  keys: rule('', (self: Dict) => keysOf(self)),
  pop: rule('key! default', (self: Dict, [key, ...rest]) => {
    if (hasKey(self, key)) return take(self, key)
    return rest.length > 0 && rest[0] !== undefined ? rest[0] : missing(key)
  }),
  popitem: rule('', (self: Dict) => {
    const last = entriesOf(self).at(-1)
    if (last === undefined) throw new EvaluationError('popitem(): dictionary is empty')
    deleteKey(self, last[0])
    return Tuple.of2(last[0], last[1])
  }),
  setdefault: rule('key! default', (self: Dict, [key, fallback = null]) => {
    if (!hasKey(self, key)) setKey(self, key, fallback)
    return getKey(self, key)
  }),
  update: rule('other **named', (self: Dict, [other, named]) => {
    for (const [key, value] of other === undefined ? [] : pairsOf(other)) setKey(self, key, value)
    for (const [key, value] of pairsOf(named)) setKey(self, key, value)
    return null
  }),
  values: rule('', (self: Dict) => entriesOf(self).map(([, value]) => value)),
}

/** Methods that change their receiver. A template that calls one works on copies of its variables. */
export const changing: ReadonlySet<string> = new Set([
  ...['append', 'clear', 'extend', 'insert', 'pop', 'remove', 'reverse', 'sort'],
  ...['popitem', 'setdefault', 'update'],
])
