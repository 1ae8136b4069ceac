import { getKey, hasKey, missingKey } from '../../core/values/dicts.ts'
import { toIndex } from '../../core/values/numbers.ts'
import {
  bare,
  EvaluationError,
  failUndefined,
  isDict,
  isNumber,
  Native,
  PyFloat,
  Tuple,
  typeName,
  Undefined,
} from '../../core/values/types.ts'
import { bind, Callable, type Named } from './call.ts'
import { characterAt, everyNth, lengthOf } from './code-points.ts'
import { dictMethods, listMethods, tupleMethods } from './collection-methods.ts'
import { formatBraces, type Members } from './string-format.ts'
import { type MethodRule, stringMethods } from './string-methods.ts'

type Rules = Readonly<Record<string, MethodRule<never>>>

function methodsOf(value: unknown): Rules | undefined {
  if (typeof value === 'string') return stringMethods as Rules
  if (Array.isArray(value)) return (value instanceof Tuple ? tupleMethods : listMethods) as Rules
  if (isDict(value)) return dictMethods as Rules
  return undefined
}

function methodOf(value: unknown, name: string): MethodRule<unknown> | undefined {
  const methods = methodsOf(value)
  return methods !== undefined && Object.hasOwn(methods, name)
    ? (methods[name] as MethodRule<unknown>)
    : undefined
}

/** Calls `value.name(…)`, or what stands under that key when it can be called. */
export function callMethod(
  value: unknown,
  name: string,
  positional: readonly unknown[],
  named: Named,
): unknown {
  const self = bare(value)
  if (self instanceof Undefined) failUndefined(self)
  if (typeof self === 'string' && (name === 'format' || name === 'format_map')) {
    const names = name === 'format' ? named : (positional[0] as Named)
    return formatBraces(self, name === 'format' ? positional : [], names, members)
  }
  const method = methodOf(self, name)
  if (method === undefined) return callValue(attribute(self, name), positional, named)
  return method.run(self, bind(`${name}()`, method.parameters, positional, named))
}

/** Calls a value; only what templates were given to call can be called. */
export function callValue(value: unknown, positional: readonly unknown[], named: Named): unknown {
  if (value instanceof Callable) return value.call(positional, named)
  if (value instanceof Undefined) failUndefined(value)
  throw new EvaluationError(`'${typeName(value)}' object is not callable`)
}

/** `value.name`: a method of the value's type first, then an own key, as Jinja looks it up. */
export function attribute(given: unknown, name: string, path?: string): unknown {
  const value = bare(given)
  if (value instanceof Undefined) return new Undefined(`${value.path}.${name}`, value.hint, value.near)
  if (methodOf(value, name) !== undefined || (typeof value === 'string' && name === 'format')) {
    const call = (positional: readonly unknown[], named: Named) => callMethod(value, name, positional, named)
    return new Callable(name, call, { typeName: 'method' })
  }
  return own(value, name, path, `.${name}`)
}

/** `value[key]`: an own key or an index (from the end when negative), then a method. */
export function item(given: unknown, key: unknown, path?: string): unknown {
  const value = bare(given)
  if (value instanceof Undefined) return new Undefined(`${value.path}[${shown(key)}]`, value.hint, value.near)
  if (key instanceof Undefined) failUndefined(key)
  if (Array.isArray(value) || typeof value === 'string') {
    if (typeof key === 'number' || typeof key === 'boolean' || typeof key === 'bigint') {
      const length = typeof value === 'string' ? lengthOf(value) : value.length
      const index = toIndex(key) < 0 ? toIndex(key) + length : toIndex(key)
      if (index >= 0 && index < length)
        return typeof value === 'string' ? characterAt(value, index) : bare(value[index])
      // Playbooks look for a part of these words, which is Ansible's.
      const why = () => `: the ${typeName(value)} object has no element ${shown(key)}, it has ${length}`
      return new Undefined(`${path ?? typeName(value)}[${shown(key)}]`, '', why)
    }
  } else if (isDict(value) && hasKey(value, bare(key))) return getKey(value, bare(key)) ?? null
  const name = bare(key)
  if (typeof name === 'string' && methodOf(value, name) !== undefined) return attribute(value, name)
  return own(value, name, path, `[${shown(key)}]`)
}

function shown(key: unknown): string {
  const name = bare(key)
  return typeof name === 'string' ? `'${name}'` : String(name instanceof PyFloat ? name.value : name)
}

function own(value: unknown, name: unknown, path: string | undefined, step: string): unknown {
  const place = `${path ?? (isDict(value) ? 'dict' : typeName(value))}${step}`
  if (isDict(value))
    return hasKey(value, name) ? (getKey(value, name) ?? null) : missingKey(place, name, value)
  if (value instanceof Native && typeof name === 'string') return value.member(name) ?? new Undefined(place)
  if (isNumber(value) && name === 'real') return value
  return new Undefined(place)
}

/** `value[start:stop:step]` of lists, tuples and text. */
export function slice(given: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  const value = bare(given)
  if (value instanceof Undefined) failUndefined(value)
  if (typeof value !== 'string' && !Array.isArray(value)) {
    return new Undefined(`${typeName(value)}[…]`, `'${typeName(value)}' object has no slices`)
  }
  const length = typeof value === 'string' ? lengthOf(value) : value.length
  const stride = step === null || step === undefined ? 1 : toIndex(step)
  if (stride === 0) throw new EvaluationError('slice step cannot be zero')
  const [low, high] = stride > 0 ? [0, length] : [-1, length - 1]
  const edge = (bound: unknown, fallback: number): number => {
    if (bound === null || bound === undefined) return fallback
    const index = toIndex(bound)
    return Math.min(high, Math.max(low, index < 0 ? index + length : index))
  }
  const [from, to] = [edge(start, stride > 0 ? low : high), edge(stop, stride > 0 ? high : low)]
  if (typeof value === 'string') return everyNth(value, from, to, stride)
  const picked: unknown[] = []
  for (let index = from; stride > 0 ? index < to : index > to; index += stride) picked.push(value[index])
  return value instanceof Tuple ? Tuple.over(picked) : picked
}

export const members: Members = { attribute, item }
