import type { Location } from '../core/location.ts'
import type { Scope } from '../core/scope.ts'
import { truth } from './python/compare.ts'
import { typeName, Unsafe } from './python/values.ts'
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
  const value = services.evaluate(unwrapped(source, scope, at, services), scope, at)
  if (typeof value === 'boolean') return value
  if (value === null || value === '') {
    services.warn(
      `the condition '${source}' is ${value === '' ? 'an empty text' : 'None'}, which counts as true`,
      at,
    )
    return true
  }
  services.warn(
    `the condition '${source}' is of type ${typeName(value)}, not a boolean; write a test or | bool`,
    at,
  )
  return meaning(value)
}

/** Delimiters around a whole condition are superfluous, but Ansible reads them. */
function unwrapped(
  source: string,
  scope: Scope,
  at: Location | undefined,
  { render, warn }: Services,
): string {
  if (!/\{[{%]/.test(source)) return source
  warn(`conditions are expressions already: '${source}' needs no {{ }} or {% %}`, at)
  const [, inner] = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(source) ?? []
  if (inner !== undefined) return inner
  const rendered = render(source, scope, at)
  return typeof rendered === 'string' ? rendered : String(rendered)
}

function meaning(value: unknown): boolean {
  if (typeof value !== 'string') return truth(value)
  const known = Object.hasOwn(words, value.trim().toLowerCase())
    ? words[value.trim().toLowerCase()]
    : undefined
  return known ?? truth(value)
}
