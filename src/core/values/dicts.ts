import { didYouMean } from '../suggest.ts'
import { keyOf } from './keys.ts'
import {
  Absent,
  bare,
  type Dict,
  EvaluationError,
  failUndefined,
  isDict,
  special,
  typeName,
  Undefined,
  Unsafe,
} from './types.ts'

/**
 * A dictionary that a plain object cannot be: its keys are not all text (`{0: north}`), or look like indices that an
 * object would sort to the front (`{'20': 1, '10': 2}`). As in Python 1, 1.0 and true are one key, and the first
 * spelling stays.
 */
export class PyDict extends Map<unknown, unknown> {
  /** How keys are spelled that differ from what they are found by: `1.0`, `true`, tuples, dates. */
  #spelled: Map<unknown, unknown> | undefined

  constructor(entries: Iterable<readonly [unknown, unknown]> = []) {
    super()
    for (const [key, value] of entries) this.set(key, value)
  }

  override get(key: unknown): unknown {
    return super.get(keyOf(key))
  }

  override has(key: unknown): boolean {
    return super.has(keyOf(key))
  }

  override set(key: unknown, value: unknown): this {
    const found = keyOf(key)
    if (found !== key && !super.has(found)) {
      this.#spelled ??= new Map()
      this.#spelled.set(found, bare(key) ?? null)
    }
    return super.set(found, value)
  }

  override delete(key: unknown): boolean {
    this.#spelled?.delete(keyOf(key))
    return super.delete(keyOf(key))
  }

  override clear(): void {
    this.#spelled = undefined
    super.clear()
  }

  override *entries(): MapIterator<[unknown, unknown]> {
    for (const [key, value] of super.entries()) yield [this.#spelling(key), value]
  }

  override *keys(): MapIterator<unknown> {
    for (const key of super.keys()) yield this.#spelling(key)
  }

  override forEach(run: (value: unknown, key: unknown, map: Map<unknown, unknown>) => void): void {
    for (const [key, value] of this.entries()) run(value, key, this)
  }

  override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
    return this.entries()
  }

  #spelling(key: unknown): unknown {
    return this.#spelled?.has(key) ? this.#spelled.get(key) : key
  }
}

/** Own keys of a dict in its order; undefined members of objects count as absent. */
export function keysOf(dict: Dict): unknown[] {
  return dict instanceof Map ? [...dict.keys()] : Object.keys(dict)
}

export function entriesOf(dict: Dict): [unknown, unknown][] {
  return dict instanceof Map ? [...dict.entries()] : Object.entries(dict)
}

export function valuesOf(dict: Dict): unknown[] {
  return dict instanceof Map ? [...dict.values()] : Object.values(dict)
}

export function hasKey(dict: Dict, key: unknown): boolean {
  if (dict instanceof Map) return dict.has(key)
  return typeof key === 'string' && Object.hasOwn(dict, key)
}

/** The value under an own key, or undefined. Unsafe text comes out as the text that it is. */
export function getKey(dict: Dict, key: unknown): unknown {
  if (dict instanceof Map) return bare(dict.get(key))
  return typeof key === 'string' && Object.hasOwn(dict, key) ? bare(dict[key]) : undefined
}

/** Sets an own key, `__proto__` too, without ever touching a prototype. */
export function setKey(dict: Dict, key: unknown, value: unknown): void {
  if (dict instanceof Map) dict.set(key, value)
  else if (typeof key !== 'string') {
    throw new EvaluationError(`cannot set the key ${String(key)}: this dict has only string keys`)
  } else if (key === '__proto__') {
    Object.defineProperty(dict, key, { value, enumerable: true, configurable: true, writable: true })
  } else dict[key] = value
}

export function deleteKey(dict: Dict, key: unknown): void {
  if (dict instanceof Map) dict.delete(key)
  else if (typeof key === 'string') delete dict[key]
}

/** Builds a dict: a plain object where that keeps the keys and their order, else a PyDict. */
export function dictOf(entries: Iterable<readonly [unknown, unknown]>): Dict {
  const list = Array.isArray(entries) ? (entries as (readonly [unknown, unknown])[]) : [...entries]
  if (!objectKeeps(list)) return new PyDict(list)
  const dict: Record<string, unknown> = {}
  for (const [key, value] of list) setKey(dict, key, value)
  return dict
}

/** Builds a dict that a template may add any key to. It is given out as `dictOf` would make it. */
export function growingDict(entries: Iterable<readonly [unknown, unknown]>): Dict {
  special.made += 1
  return new PyDict(entries)
}

/** A dict with other values under the same keys. */
export function mapValues(dict: Dict, change: (value: unknown, key: unknown) => unknown): Dict {
  if (dict instanceof Map) return new PyDict(entriesOf(dict).map(([key, value]) => [key, change(value, key)]))
  const changed: Record<string, unknown> = {}
  for (const key of Object.keys(dict)) setKey(changed, key, change(dict[key], key))
  return changed
}

/** Whether an object holds these keys in their order: it puts those that are indices first, sorted. */
function objectKeeps(entries: readonly (readonly [unknown, unknown])[]): boolean {
  let highest = -1
  let named = false
  for (const [key] of entries) {
    if (typeof key !== 'string') return false
    if (!isIndex(key)) named = true
    else if (named || Number(key) <= highest) return false
    else highest = Number(key)
  }
  return true
}

/** Whether an object would sort a key as a number. */
export function isIndex(key: string): boolean {
  const first = key.charCodeAt(0)
  return first >= 48 && first <= 57 && /^(?:0|[1-9]\d*)$/.test(key)
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

/** An undefined member of a dict; its message names the nearest key that exists. */
export function missingKey(path: string, key: unknown, dict: Dict): Undefined {
  if (typeof key !== 'string') return new Undefined(path)
  return new Undefined(path, '', () =>
    didYouMean(
      key,
      keysOf(dict).filter((name) => typeof name === 'string'),
    ),
  )
}
