import type { Variables } from '../core/scope.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { readPairs } from './pairs.ts'

/** A task with its older spellings brought into one form; positions are still those of what was written. */
export interface NormalTask {
  readonly raw: Readonly<Record<string, unknown>>
  /** `with_items` and the like, taken out. */
  readonly loopWith?: { readonly lookup: string; readonly terms: unknown; readonly key: string }
  /** The key that is a template: `action: '{{ ansible_facts.pkg_mgr }}'` names the module when the task runs. */
  readonly chosen?: string
  /** Variables of an import that are as strong as those of an include. */
  readonly includeParams?: Variables
}

/**
 * Brings a task's spellings into one form: `action` and `local_action` become the module's key, `with_*` a loop, and
 * `ansible.builtin.` goes from the keys of imports and includes.
 */
export function normalizeTask(written: Readonly<Record<string, unknown>>): NormalTask {
  const raw: Record<string, unknown> = {}
  let loopWith: NormalTask['loopWith']
  let chosen: string | undefined
  for (const [key, value] of Object.entries(written)) {
    if (value === undefined) continue
    const lookup = /^with_([\w.]+)$/.exec(key)?.[1]
    if (lookup !== undefined) loopWith = { lookup, terms: value, key }
    else if (key === 'action' || key === 'local_action') {
      const action = actionOf(key, value)
      chosen = Object.keys(action).find((name) => name.includes('{{'))
      Object.assign(raw, action)
    } else raw[shortStructure(key)] = value
  }
  return { raw, ...(loopWith === undefined ? {} : { loopWith }), ...(chosen === undefined ? {} : { chosen }) }
}

function shortStructure(key: string): string {
  return key.replace(
    /^ansible\.(builtin|legacy)\.(?=(import|include)_(tasks|role|playbook)$|(meta|include)$)/,
    '',
  )
}

function actionOf(key: string, value: unknown): Readonly<Record<string, unknown>> {
  const delegate = key === 'local_action' ? { delegate_to: 'localhost' } : {}
  if (isDictionary(value)) {
    const { module, ...parameters } = value
    if (typeof module !== 'string') return { ...delegate, [key]: value }
    const [name = module, rest] = splitName(module)
    return { ...delegate, [name]: rest === undefined ? parameters : { ...readPairs(rest), ...parameters } }
  }
  const [name = '', rest] = splitName(String(value))
  return { ...delegate, [name]: rest ?? null }
}

function splitName(text: string): readonly [string, string | undefined] {
  const [, name = text, rest] = /^\s*((?:\{\{[\s\S]*?\}\}|(?!\{\{)\S)+)\s+([\s\S]+)$/.exec(text) ?? []
  return [name.trim(), rest]
}
