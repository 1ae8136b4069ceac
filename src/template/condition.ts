import { TemplateError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import type { Scope } from '../core/scope.ts'
import { truth } from '../core/values/compare.ts'
import { typeName, Unsafe } from '../core/values/types.ts'
import type { Templar } from './types.ts'

interface Services {
  readonly evaluate: Templar['evaluate']
  readonly render: Templar['render']
  readonly warn: (message: string, at: Location | undefined) => void
}

const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
}

/** Whether a condition of a task holds: an expression, a boolean, or none at all (which holds). */
export function conditionOf(
  expression: unknown,
  scope: Scope,
  at: Location | undefined,
  services: Services,
): boolean {
  if (expression === undefined || expression === null || expression === '') return true
  const source = expression instanceof Unsafe ? expression.text : expression
  if (typeof source !== 'string') return truth(source)
  const { text, delimited } = unwrapped(source, scope, at, services)
  const value = services.evaluate(text, scope, at)
  if (typeof value === 'boolean') return value
  services.warn(
    `the condition '${source}' is of type ${typeName(value)}, not a boolean; write a test or | bool`,
    at,
  )
  return delimited ? wordOf(value, source, at) : truth(value)
}

/** Delimiters around a whole condition are superfluous, but Ansible reads them. */
function unwrapped(
  source: string,
  scope: Scope,
  at: Location | undefined,
  { render, warn }: Services,
): { readonly text: string; readonly delimited: boolean } {
  if (!/\{[{%]/.test(source)) return { text: source, delimited: false }
  warn(`conditions are expressions already: '${source}' needs no {{ }} or {% %}`, at)
  const [, inner] = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(source) ?? []
  if (inner !== undefined) return { text: inner, delimited: true }
  const rendered = render(source, scope, at)
  return { text: typeof rendered === 'string' ? rendered : String(rendered), delimited: false }
}

// Ansible reads what such a template gives as an expression once more. Here text is data, so that what a host said
// cannot become one: only words for true and false are read.
function wordOf(value: unknown, source: string, at: Location | undefined): boolean {
  if (typeof value !== 'string' || value === '') return truth(value)
  const word = value.trim().toLowerCase()
  const known = Object.hasOwn(words, word) ? words[word] : undefined
  if (known !== undefined) return known
  throw new TemplateError(
    `the condition '${source}' gives the text '${value}', which is neither true nor false`,
    {
      at,
      hint: 'Write the expression without the delimiters around it.',
    },
  )
}
