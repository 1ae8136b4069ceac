import { PlayscriptError } from '../core/errors.ts'
import type { Scope } from '../core/scope.ts'
import { mapValues } from '../core/values/dicts.ts'
import { isDict } from '../core/values/types.ts'
import type { Renderer } from './renderer.ts'

/**
 * Renders a variable of another host, as `hostvars` shows it: text with a variable that is not defined there stays as it
 * is written, as with Ansible, so that one of them does not spoil a look at all.
 */
export function leniently({ value: render }: Pick<Renderer, 'value'>, value: unknown, scope: Scope): unknown {
  const inner = (one: unknown): unknown => {
    try {
      return render(one, scope)
    } catch (error) {
      if (!(error instanceof PlayscriptError) || error.code !== 'UNDEFINED') throw error
      if (Array.isArray(one)) return one.map(inner)
      if (isDict(one)) return mapValues(one, inner)
      if (typeof one === 'string') return one
      throw error
    }
  }
  return inner(value)
}
