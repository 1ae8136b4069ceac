import { truth } from '../../core/values/compare.ts'
import { str } from '../../core/values/text.ts'
import {
  EvaluationError,
  failUndefined,
  PyFloat,
  typeName,
  Undefined,
  UndefinedUse,
} from '../../core/values/types.ts'
import { toFloat, toInt } from '../python/percent.ts'
import { type FilterTable, filter } from './define.ts'

const fallback = filter(
  'default_value boolean',
  (value, [other = '', always = false]) => {
    const absent = value instanceof Undefined || (truth(always) && !truth(value))
    return absent ? other : value
  },
  'takes undefined',
)

/** Ansible's `bool`: yes, on, 1 and true are true; all other values are false, None stays. */
export function ansibleBool(value: unknown): boolean | null {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return ['yes', 'on', '1', 'true'].includes(value.toLowerCase())
  return value === 1 || (value instanceof PyFloat && value.value === 1)
}

/** Filters about being there, being true, and types. */
export const basicFilters: FilterTable = {
  default: fallback,
  d: fallback,
  mandatory: filter(
    'msg',
    (value, [message]) => {
      if (!(value instanceof Undefined)) return value
      if (typeof message === 'string') throw new UndefinedUse(new Undefined(value.path, message))
      throw new UndefinedUse(new Undefined(value.path, `Mandatory variable '${value.path}' not defined.`))
    },
    'takes undefined',
  ),
  bool: filter('', ansibleBool),
  ternary: filter(
    'true_val! false_val! none_val',
    (value, [yes, no, none]) => {
      if (value instanceof Undefined) failUndefined(value)
      if (value === null && none !== undefined && none !== null) return none
      return truth(value) ? yes : no
    },
    'takes undefined',
  ),
  int: filter('default base', (value, [otherwise = 0, base = 10]) => {
    const direct = toInt(value, Number(base))
    if (direct !== undefined) return direct
    return (typeof value === 'string' ? toInt(toFloat(value)) : undefined) ?? otherwise
  }),
  float: filter('default', (value, [otherwise = new PyFloat(0)]) => toFloat(value) ?? otherwise),
  string: filter('', (value) => str(value)),
  safe: filter('', (value) => str(value)),
  type_debug: filter('', (value) => typeName(value), 'takes undefined'),
  undef: filter(
    'hint',
    (_, [hint]) => new Undefined('undef()', typeof hint === 'string' ? hint : ''),
    'takes undefined',
  ),
  abs: filter('', (value) => {
    if (typeof value === 'bigint') return value < 0n ? -value : value
    if (typeof value === 'number') return Math.abs(value)
    if (value instanceof PyFloat) return new PyFloat(Math.abs(value.value))
    throw new EvaluationError(`bad operand type for abs(): '${typeName(value)}'`)
  }),
}
