import { didYouMean } from '../../core/suggest.ts'
import {
  Absent,
  bare,
  type Dict,
  EvaluationError,
  failUndefined,
  isDict,
  PyFloat,
  special,
  typeName,
  Undefined,
  Unsafe,
} from './values.ts'

/** Own keys of a dict in its order; undefined members of objects count as absent. */
export function keysOf(dict: Dict): unknown[] {
  return dict instanceof Map ? [...dict.keys()] : Object.keys(dict)
}

export function entriesOf(dict: Dict): [unknown, unknown][] {
  return dict instanceof Map ? [...dict.entries()] : Object.entries(dict)
}

export function hasKey(dict: Dict, key: unknown): boolean {
  if (dict instanceof Map) return dict.has(mapKey(key))
  return typeof key === 'string' && Object.hasOwn(dict, key)
}

/** The value under an own key, or undefined. Unsafe text comes out as the text that it is. */
export function getKey(dict: Dict, key: unknown): unknown {
  if (dict instanceof Map) return bare(dict.get(mapKey(key)))
  return typeof key === 'string' && Object.hasOwn(dict, key) ? bare(dict[key]) : undefined
}

/** Sets an own key, `__proto__` too, without ever touching a prototype. */
export function setKey(dict: Dict, key: unknown, value: unknown): void {
  if (dict instanceof Map) dict.set(mapKey(key), value)
  else if (typeof key !== 'string') {
    throw new EvaluationError(`cannot set the key ${String(key)}: this dict has only string keys`)
  } else if (key === '__proto__') {
    Object.defineProperty(dict, key, { value, enumerable: true, configurable: true, writable: true })
  } else dict[key] = value
}

export function deleteKey(dict: Dict, key: unknown): void {
  if (dict instanceof Map) dict.delete(mapKey(key))
  else if (typeof key === 'string') delete dict[key]
}

/** Python takes 1, 1.0 and True for one key; lists and dicts are none. */
function mapKey(key: unknown): unknown {
  if (key instanceof PyFloat) return key.value
  if (typeof key === 'boolean') return key
  return key
}

/**
 * Builds a dict. A plain object where that keeps keys and their order, else a Map: for keys that are no
 * strings, or that look like an index (which objects would sort to the front).
 */
export function dictOf(entries: Iterable<readonly [unknown, unknown]>): Dict {
  const list = [...entries]
  if (!list.every(([key]) => typeof key === 'string' && !/^(0|[1-9]\d*)$/.test(key))) {
    special.made += 1
    return new Map(list.map(([key, value]) => [mapKey(key), value]))
  }
  const dict: Record<string, unknown> = {}
  for (const [key, value] of list) setKey(dict, key, value)
  return dict
}

/** All items of an iterable value, as Python iterates it: a dict by its keys, text by its code points. */
export function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return Array.from(value)
  if (value instanceof Absent) return []
  if (value instanceof Undefined) failUndefined(value)
  if (value instanceof Unsafe) return Array.from(value.text)
  if (isDict(value)) return keysOf(value)
  if (value instanceof Set) return [...value]
  throw new EvaluationError(`'${typeName(value)}' object is not iterable`)
}

/** An undefined member of a dict; its message names the nearest key that is there. */
export function missingKey(path: string, key: unknown, dict: Dict): Undefined {
  if (typeof key !== 'string') return new Undefined(path)
  return new Undefined(path, '', () =>
    didYouMean(
      key,
      keysOf(dict).filter((name) => typeof name === 'string'),
    ),
  )
}
