import type { Variables } from '../core/scope.ts'
import type { Layer } from './scope.ts'

/** Variables of one host and task by where they come from. What is absent is left out; lists run from weak to strong. */
export interface Sources {
  /** How the host is reached, where nothing else says it. */
  readonly reached?: Variables
  readonly roleDefaults?: readonly Variables[]
  readonly inventoryGroupVars?: readonly Variables[]
  readonly groupVarsAll?: readonly Variables[]
  readonly groupVars?: readonly Variables[]
  readonly inventoryHostVars?: readonly Variables[]
  /** Those that a play gave to a host it added: they were rendered then. */
  readonly addedHostVars?: Variables
  readonly hostVars?: readonly Variables[]
  readonly facts?: Variables
  readonly playVars?: Variables
  readonly varsPrompt?: Variables
  readonly varsFiles?: readonly Variables[]
  readonly roleVars?: readonly Variables[]
  readonly blockAndTaskVars?: readonly Variables[]
  readonly includeVars?: Variables
  readonly registered?: Variables
  readonly roleParams?: readonly Variables[]
  readonly includeParams?: readonly Variables[]
  /** The variables of the loops of includes around a task, the outermost first. */
  readonly includeLoops?: readonly Variables[]
  /** The variables of the task's own loop. */
  readonly loop?: Variables
  readonly extraVars?: Variables
  readonly magic?: Variables
}

/**
 * Ansible's order of precedence, from weak to strong
 * (https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html#variable-precedence-where-should-i-put-a-variable),
 * and for each source whether it holds what people wrote or data that must never be rendered. The variables of a
 * task's own loop stand above even the command line's, where Ansible puts them; magic variables above all.
 */
const ORDER: readonly (readonly [keyof Sources, Layer['kind']])[] = [
  ['reached', 'templates'],
  ['roleDefaults', 'templates'],
  ['inventoryGroupVars', 'templates'],
  ['groupVarsAll', 'templates'],
  ['groupVars', 'templates'],
  ['inventoryHostVars', 'templates'],
  ['addedHostVars', 'data'],
  ['hostVars', 'templates'],
  ['facts', 'data'],
  ['playVars', 'templates'],
  ['varsPrompt', 'data'],
  ['varsFiles', 'templates'],
  ['roleVars', 'templates'],
  ['blockAndTaskVars', 'templates'],
  ['includeVars', 'templates'],
  ['registered', 'data'],
  ['roleParams', 'templates'],
  ['includeParams', 'templates'],
  ['includeLoops', 'data'],
  ['extraVars', 'templates'],
  ['loop', 'data'],
  ['magic', 'data'],
]

/** The layers of a scope, the strongest first. */
export function layersOf(sources: Sources): readonly Layer[] {
  const weakFirst = ORDER.flatMap(([name, kind]) => {
    const source = sources[name]
    if (source === undefined) return []
    const list = Array.isArray(source) ? (source as readonly Variables[]) : [source as Variables]
    return list.map((values): Layer => ({ kind, values }))
  })
  return weakFirst.reverse()
}
