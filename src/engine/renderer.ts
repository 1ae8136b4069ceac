import { TemplateError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import type { Fields } from '../core/result.ts'
import type { Scope } from '../core/scope.ts'
import { dictOf, entriesOf } from '../core/values/dicts.ts'
import { toJavaScript } from '../core/values/javascript.ts'
import { str } from '../core/values/text.ts'
import { type Dict, isDict } from '../core/values/types.ts'
import { originOf } from '../core/yaml/parse.ts'
import type { Templar } from '../template/index.ts'
import { omit } from '../template/omit.ts'
import { variablesObject } from '../vars/scope.ts'
import { createVault, type Vault } from '../vars/vault/vault.ts'

/** Gives what people wrote its value: templates are rendered, functions called with the variables. */
export interface Renderer {
  readonly templar: Templar
  /** Opens what is encrypted. */
  readonly vault: Vault
  /** Renders deeply; entries whose value is `omit` are left out of dictionaries and lists. */
  value(value: unknown, scope: Scope, at?: Location): unknown
  /** Whether a rendered value is `omit`: as if it had not been given. */
  isOmitted(value: unknown): boolean
  /** Whether all conditions hold; gives the first that does not. `result` is passed to functions. */
  firstFalse(
    conditions: readonly unknown[],
    scope: Scope,
    at?: Location,
    result?: Fields,
  ): { readonly condition: unknown } | undefined
}

/** Builds the renderer of a run around its one template environment. */
export function createRenderer(templar: Templar, vault: Vault = createVault({})): Renderer {
  const value = (raw: unknown, scope: Scope, at?: Location): unknown => {
    if (typeof raw === 'string') return templar.render(raw, scope, at)
    if (typeof raw === 'function') return call(raw, scope, at)
    if (Array.isArray(raw)) return raw.map((item) => value(item, scope, at)).filter((item) => item !== omit)
    if (!isDict(raw)) return raw
    if (raw instanceof Map) return dictionary(raw, scope, at)
    if (typeof raw.__ansible_unsafe === 'string') return raw.__ansible_unsafe
    if (typeof raw.__ansible_vault === 'string') return vault.value(raw.__ansible_vault, originOf(raw) ?? at)
    return dictionary(raw, scope, at)
  }

  const dictionary = (dict: Dict, scope: Scope, at?: Location): Dict => {
    const entries = entriesOf(dict).map(
      ([key, item]) => [renderKey(key, scope, at), value(item, scope, at)] as const,
    )
    return dictOf(entries.filter(([, item]) => item !== omit))
  }

  const renderKey = (key: unknown, scope: Scope, at?: Location) =>
    templar.isTemplate(key) ? str(templar.render(key, scope, at)) : key

  const holds = (condition: unknown, scope: Scope, at?: Location, result?: Fields): boolean => {
    if (typeof condition === 'function') return Boolean(call(condition, scope, at, result))
    if (typeof condition === 'boolean') return condition
    return templar.condition(String(condition ?? ''), scope, at)
  }

  return {
    templar,
    vault,
    value,
    isOmitted: (rendered) => rendered === omit,
    firstFalse: (conditions, scope, at, result) => {
      const condition = conditions.find((one) => !holds(one, scope, at, result))
      return condition === undefined
        ? undefined
        : { condition: typeof condition === 'function' ? sourceOf(condition) : condition }
    },
  }
}

function call(fn: unknown, scope: Scope, at?: Location, result?: Fields): unknown {
  try {
    const seen = { ...scope, get: (name: string) => toJavaScript(scope.get(name)) }
    return (fn as (vars: unknown, result?: unknown) => unknown)(variablesObject(seen), toJavaScript(result))
  } catch (cause) {
    if (cause instanceof TemplateError) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new TemplateError(`the function ${sourceOf(fn)} failed: ${message}`, { at, cause })
  }
}

function sourceOf(fn: unknown): string {
  const text = String(fn).replace(/\s+/g, ' ')
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
