import { entriesOf } from './dicts.ts'
import { str } from './text.ts'
import { Native, PyFloat, Unsafe } from './types.ts'

/**
 * A value as code in TypeScript expects it: floats are numbers (`1.0` is 1), dictionaries are objects, or Maps where a
 * key is not text, dates are text as Ansible prints them. Integers beyond 2^53 stay bigints. Functions, classes of others
 * and all that is plain already are passed on.
 */
export function toJavaScript(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof PyFloat) return value.value
  if (value instanceof Unsafe) return value.text
  if (value instanceof Native) return str(value)
  if (Array.isArray(value)) return changed(value, value.map(toJavaScript))
  if (value instanceof Map) return fromMap(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return fromObject(value as Record<string, unknown>)
  return prototype === null ? lazily(value) : value
}

function changed(before: unknown[], after: unknown[]): unknown[] {
  return after.every((item, index) => item === before[index]) ? before : after
}

function fromObject(object: Record<string, unknown>): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined
  for (const [key, value] of Object.entries(object)) {
    const converted = toJavaScript(value)
    if (converted === value) continue
    copy ??= { ...object }
    copy[key] = converted
  }
  return copy ?? object
}

function fromMap(map: Map<unknown, unknown>): unknown {
  const entries = entriesOf(map).map(([key, value]) => [toJavaScript(key), toJavaScript(value)] as const)
  return entries.every(([key]) => typeof key === 'string')
    ? Object.fromEntries(entries as (readonly [string, unknown])[])
    : new Map(entries)
}

/** Objects without a prototype hold variables that are looked up when they are read: those of all hosts. */
function lazily(variables: object): object {
  return new Proxy(variables, {
    get: (target, name) => toJavaScript(Reflect.get(target, name)),
  })
}
