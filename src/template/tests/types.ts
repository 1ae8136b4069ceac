import { compare, contains, equal, truth } from '../../core/values/compare.ts'
import { toNumber } from '../../core/values/numbers.ts'
import { text } from '../../core/values/text.ts'
import { isDict, isFloat, isInteger, isNumber, Undefined } from '../../core/values/types.ts'
import { ansibleBool } from '../filters/basics.ts'
import { operate } from '../python/arithmetic.ts'
import { Callable } from '../python/call.ts'
import { type TestTable, test } from './define.ts'

const iterable = (value: unknown): boolean =>
  Array.isArray(value) || typeof value === 'string' || isDict(value)
const same = test('other!', (value, [other]) => equal(value, other))
const ordered = (check: (order: number) => boolean, operator: string) =>
  test('other!', (value, [other]) => check(compare(value, other, operator)))
const less = ordered((order) => order < 0, '<')
const atMost = ordered((order) => order <= 0, '<=')
const more = ordered((order) => order > 0, '>')
const atLeast = ordered((order) => order >= 0, '>=')
const isNan = test('', (value) => Number.isNaN(isFloat(value) ? Number(value) : value))
const different = test('other!', (value, [other]) => !equal(value, other))
const remainder = (value: unknown, by: number): number => toNumber(operate('%', value, by))

/** Tests of what a value is, as Jinja2 has them. */
export const typeTests: TestTable = {
  defined: test('', (value) => !(value instanceof Undefined), 'takes undefined'),
  undefined: test('', (value) => value instanceof Undefined, 'takes undefined'),
  none: test('', (value) => value === null),
  boolean: test('', (value) => typeof value === 'boolean'),
  true: test('', (value) => value === true),
  false: test('', (value) => value === false),
  integer: test('', (value) => isInteger(value)),
  float: test('', (value) => isFloat(value)),
  number: test('', (value) => isNumber(value) || typeof value === 'boolean'),
  string: test('', (value) => typeof value === 'string'),
  mapping: test('', (value) => isDict(value)),
  iterable: test('', iterable),
  sequence: test('', iterable),
  callable: test('', (value) => value instanceof Callable),
  escaped: test('', () => false),
  sameas: test('other!', (value, [other]) =>
    value === other || (isNumber(value) && isNumber(other) && equal(value, other))),
  odd: test('', (value) => remainder(value, 2) === 1),
  even: test('', (value) => remainder(value, 2) === 0),
  divisibleby: test('num!', (value, [by]) => remainder(value, toNumber(by)) === 0),
  lower: test('', (value) => /\p{Ll}/u.test(text(value, 'value')) && value === String(value).toLowerCase()),
  upper: test('', (value) => /\p{Lu}/u.test(text(value, 'value')) && value === String(value).toUpperCase()),
  in: test('seq!', (value, [box]) => contains(box, value)),
  contains: test('seq!', (value, [item]) => contains(value, item)),
  eq: same,
  equalto: same,
  '==': same,
  ne: different,
  '!=': different,
  lt: less,
  lessthan: less,
  '<': less,
  le: atMost,
  '<=': atMost,
  gt: more,
  greaterthan: more,
  '>': more,
  ge: atLeast,
  '>=': atLeast,
  truthy: test('convert_bool', (value, [convert]) => truth(converted(value, convert))),
  falsy: test('convert_bool', (value, [convert]) => !truth(converted(value, convert))),
  any: test('', (value) => Array.isArray(value) && value.some(truth)),
  all: test('', (value) => Array.isArray(value) && value.every(truth)),
  nan: isNan,
  isnan: isNan,
}

/** With `convert_bool`, text such as 'no' counts as what it says. */
function converted(value: unknown, convert: unknown): unknown {
  if (convert !== true || typeof value !== 'string') return value
  const known = /^(yes|on|1|true|no|off|0|false|t|f|y|n)$/i.test(value)
  return known ? ansibleBool(value) === true || /^[ty]$/i.test(value) : value
}
