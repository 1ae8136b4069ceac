import { types } from 'node:util'
import { PyDict } from '../values/dicts.ts'

/** What a copy is made with. */
export interface Copying {
  /** What becomes of each text: values, keys, and numbers as they are printed. */
  readonly text: (text: string) => string
  /** Called for each entry of an object before its value is looked at. */
  readonly entry: (key: string, value: unknown) => void
}

/** Deeper values are made up as they are read: a variable whose value holds the variables of its own host. */
const DEEPEST = 150
const TWICE = '(shown above)'

/**
 * A copy of any value as plain data, with its texts replaced: whatever its prototype, getters are read, proxies walked,
 * and a value inside itself ends. What needs no change is returned as it is.
 */
export function plainCopy(value: unknown, copying: Copying): unknown {
  const inside: object[] = []

  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') return copying.text(one)
    if (typeof one === 'number' || typeof one === 'bigint') return printed(one)
    if (typeof one !== 'object' || one === null) return one
    if (inside.includes(one)) return TWICE
    if (inside.length >= DEEPEST) return '(too deep to show)'
    inside.push(one)
    try {
      return walkObject(one)
    } finally {
      inside.pop()
    }
  }

  // As it is printed, since numbers can be secrets too; a number that holds none stays one.
  const printed = (one: object | number | bigint): unknown => {
    const text = String(one)
    const copied = copying.text(text)
    return copied === text ? one : copied
  }

  const walkObject = (one: object): unknown => {
    if (Array.isArray(one)) return walkList(one)
    if (one instanceof Map) return walkMap(one)
    if (one instanceof Set) return [...one].map(walk)
    if (ArrayBuffer.isView(one)) return walkBytes(one)
    if (one instanceof Error) return walkError(one)
    const prototype: unknown = Object.getPrototypeOf(one)
    const isOrdinary = prototype === Object.prototype && !types.isProxy(one)
    if (!isOrdinary && typeof (one as { toJSON?: unknown }).toJSON === 'function') return walkForm(one)
    const copy: Record<string, unknown> = {}
    let same = isOrdinary
    for (const key of Object.keys(one)) {
      const { value: before, failed } = attempt(() => (one as Record<string, unknown>)[key])
      copying.entry(key, before)
      const after = walk(before)
      const name = copying.text(key)
      same &&= after === before && name === key && !failed
      Object.defineProperty(copy, name, {
        value: after,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return same ? one : copy
  }

  const walkList = (list: readonly unknown[]): unknown => {
    const copy = Array.from(list, walk)
    const same = !types.isProxy(list) && copy.every((item, index) => item === list[index])
    return same ? list : copy
  }

  const walkMap = (map: ReadonlyMap<unknown, unknown>): unknown => {
    let same = true
    const entries = [...map].map(([key, item]) => {
      if (typeof key === 'string') copying.entry(key, item)
      const copied = [walk(key), walk(item)] as const
      same &&= copied[0] === key && copied[1] === item
      return copied
    })
    if (same) return map
    return map instanceof PyDict ? new PyDict(entries) : new Map(entries)
  }

  // A value of a class says itself what it is: in JSON, and as text.
  const walkForm = (one: object): unknown => {
    const { value: form } = attempt(() => (one as { toJSON: () => unknown }).toJSON())
    if (typeof form === 'object' && form !== null && form !== one) return walk(form)
    const before = String(form)
    return copying.text(before) === before ? printed(one) : copying.text(before)
  }

  const walkBytes = (bytes: ArrayBufferView): unknown => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    const copied = copying.text(text)
    return copied === text ? bytes : copied
  }

  const walkError = ({ name, message, stack }: Error): unknown => ({
    name,
    message: copying.text(message),
    ...(stack === undefined ? {} : { stack: copying.text(stack) }),
  })

  return walk(value)
}

// A getter may fail, as a variable whose template is wrong does.
function attempt(get: () => unknown): { readonly value: unknown; readonly failed: boolean } {
  try {
    return { value: get(), failed: false }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { value: `(not readable: ${why})`, failed: true }
  }
}
