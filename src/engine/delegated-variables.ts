import type { Scope, Variables } from '../core/scope.ts'
import { variablesObject } from '../vars/scope.ts'
import type { HostState } from './host.ts'
import { hasLoop, loopControl, loopItems } from './loop-items.ts'
import type { Renderer } from './renderer.ts'
import type { ScopeOptions } from './variable-facts.ts'

/** What the variables of the hosts that a task is delegated to are made from. */
export interface Delegation {
  readonly scopeOf: (host: HostState, options: ScopeOptions) => Scope
  readonly renderer: Renderer
  readonly hosts: (name: string) => HostState
  /** The host that the task is for. */
  readonly host: HostState
  readonly options: ScopeOptions
  /** The variables that the task sees. */
  readonly seen: () => Scope
}

/**
 * `ansible_delegated_vars`: the variables of each host that the task is delegated to, in any round of its loop. As
 * in Ansible, `inventory_hostname` is that of the host the task is for, and templates among them are rendered with
 * the variables of that host; going through them does not lead to `hostvars` and with it to all hosts.
 */
export function delegatedVariables({ scopeOf, hosts, seen, ...from }: Delegation): Variables {
  const options = { ...from.options, loop: undefined, undelegated: true }
  const variablesOf = (name: string): Variables => {
    const scope = scopeOf(hosts(name), { ...options, within: seen() })
    return variablesObject({
      ...scope,
      get: (key) => (key === 'inventory_hostname' ? from.host.name : scope.get(key)),
      names: () => [...scope.names()].filter((key) => key !== 'hostvars' && key !== 'omit'),
    })
  }
  return Object.fromEntries(targets({ scopeOf, ...from }).map((name) => [name, variablesOf(name)]))
}

// The name of the host may be one of the variables of the task, but not of those that are to be made of it.
function targets({
  scopeOf,
  renderer,
  host,
  options,
}: Omit<Delegation, 'hosts' | 'seen'>): readonly string[] {
  const { task } = options
  // An order to the engine is never delegated.
  if (task === undefined || task.kind === 'meta') return []
  const named = (loop: Variables | undefined) =>
    renderer.value(task.delegate_to, scopeOf(host, { ...options, loop, undelegated: true }), task.at)
  const outer = scopeOf(host, { ...options, loop: undefined, undelegated: true })
  const { loop_var = 'item' } = loopControl({ renderer }, task, outer)
  const looped = hasLoop(task)
  const rounds = looped ? loopItems({ renderer }, task, outer).map((item) => named({ [loop_var]: item })) : []
  // A loop may give other items when it is asked again: those of this round are certain.
  const found = looped && options.loop === undefined ? rounds : [...rounds, named(options.loop)]
  return [...new Set(found)].filter((name): name is string => typeof name === 'string' && name !== '')
}
