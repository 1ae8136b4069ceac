import { didYouMean } from '../core/suggest.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { shown } from '../core/values/json.ts'
import type { KeywordType } from './keywords.ts'

const LOOP_CONTROL: readonly string[] = [
  ...['loop_var', 'index_var', 'label', 'pause', 'extended', 'extended_allitems', 'break_when'],
]

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

const CHECKS: Readonly<
  Record<KeywordType, { readonly is: (value: unknown) => boolean; readonly what: string }>
> = {
  text: { is: (value) => typeof value === 'string', what: 'text' },
  boolean: {
    is: (value) =>
      typeof value === 'boolean' ||
      (typeof value === 'string' && /^(yes|no|on|off|true|false)$/i.test(value)),
    what: 'true or false',
  },
  number: {
    is: (value) => typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)),
    what: 'a number',
  },
  list: { is: (value) => Array.isArray(value) || typeof value === 'string', what: 'a list' },
  dictionary: { is: isDictionary, what: 'a dictionary' },
  variables: {
    is: (value) => isDictionary(value) || (Array.isArray(value) && value.every(isDictionary)),
    what: 'a dictionary',
  },
  condition: {
    is: (value) => ['string', 'boolean', 'number'].includes(typeof value) || Array.isArray(value),
    what: 'an expression, a boolean or a function',
  },
  name: {
    is: (value) => typeof value === 'string' && VARIABLE.test(value),
    what: 'of letters, digits and underscores, and not begin with a digit',
  },
  loop_control: { is: isDictionary, what: 'a dictionary' },
  // There is no debugger: what asks for none is honoured.
  never: { is: (value) => value === 'never', what: 'never, since there is no debugger' },
  any: { is: () => true, what: 'a value' },
}

/** Why a keyword's value cannot be right, or undefined. Templates and functions are right: their value comes later. */
export function keywordProblem(keyword: string, type: KeywordType, value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'function') return undefined
  if (typeof value === 'string' && value.includes('{{')) return undefined
  const { is, what } = CHECKS[type]
  const given = shown(value)
  if (!is(value) && type === 'name')
    return `Invalid variable name in ${keyword}: ${given}; it must be ${what}`
  if (!is(value)) return `${keyword} is ${given}; it must be ${what}`
  return type === 'loop_control' ? loopControlProblem(value as object) : undefined
}

function loopControlProblem(value: object): string | undefined {
  const wrong = Object.keys(value).find((key) => !LOOP_CONTROL.includes(key))
  return wrong && `'${wrong}' is no keyword of loop_control${didYouMean(wrong, LOOP_CONTROL)}`
}
