import type { Scope, Variables } from '../core/scope.ts'
import { LOCALHOST_NAMES, type VariableFolder } from '../inventory/model.ts'
import { searchBases } from '../playbook/find-file.ts'
import type { LoadedInclude, LoadedMeta, LoadedPlay, LoadedTask } from '../playbook/model.ts'
import { layersOf, type Sources } from '../vars/precedence.ts'
import { createScope, variablesObject } from '../vars/scope.ts'
import { delegatedVariables } from './delegated-variables.ts'
import type { HostState } from './host.ts'
import { createInventoryReader } from './inventory-variables.ts'
import { leniently } from './leniently.ts'
import { magic, runMagic } from './magic-variables.ts'
import type { Renderer } from './renderer.ts'
import { lineageOf } from './role-variables.ts'
import type { PlayFacts, RunFacts, ScopeOptions } from './variable-facts.ts'

/** Gives the variables of hosts. */
export interface VariableStore {
  scope(host: HostState, options?: ScopeOptions): Scope
  /** The variables of a play for which no hosts are chosen yet. */
  playScope(play: LoadedPlay, varsPrompt: Variables): Scope
}

/** Builds the store of a run; `hosts` are all that the run has met, by name. */
export function createVariableStore(
  run: RunFacts,
  renderer: Renderer,
  hosts: (name: string) => HostState,
): VariableStore {
  const read = createInventoryReader()
  // Made anew for each scope, since what a host's variables are made of may have changed; `localhost` is known
  // without standing in the inventory.
  const hostvars = (folder: VariableFolder | undefined) =>
    lazily(
      () => [...new Set([...run.inventory.current.hosts.keys(), 'localhost'])],
      (name) => run.inventory.current.hosts.has(name) || LOCALHOST_NAMES.includes(name),
      (name) => ownVariables(store.scope(hosts(name), { folder, lenient: true })),
    )

  const store: VariableStore = {
    scope: (host, options = {}) => {
      const { play, task, loop, trustedOnly, within, lenient } = options
      const render = (value: unknown, seen: Scope) =>
        lenient ? leniently(renderer, value, seen) : renderer.value(value, seen)
      const { current } = run.inventory
      const { groups, sources: ofHost } = read(current)
      const folder = options.folder ?? play?.play.folder ?? run.playbookFolder
      const own = trustedOnly
        ? {}
        : { facts: injected(run, host), includeVars: host.includeVars, registered: host.registered }
      const isDelegated = !options.undelegated && (task?.delegate_to ?? undefined) !== undefined
      let delegates: Variables | undefined
      const delegated = () =>
        (delegates ??= delegatedVariables({
          scopeOf: store.scope,
          renderer,
          hosts,
          host,
          options,
          seen: () => scope,
        }))
      const sources: Sources = {
        ...ofHost(host.name, folder),
        ...own,
        ...(play === undefined ? {} : playSources(play, host)),
        ...(task === undefined ? {} : taskSources(task, play)),
        ...(task === undefined ? {} : { reached: reachedBy(task, host, run) }),
        includeLoops: task?.includeLoops ?? [],
        ...(loop === undefined ? {} : { loop }),
        extraVars: run.extraVars,
        magic: magic(run, host, {
          play,
          task,
          groups,
          hostvars: () => hostvars(folder),
          vars: () =>
            ownVariables(
              lenient ? scope : store.scope(host, { ...options, lenient: true, undelegated: true }),
            ),
          ...(isDelegated ? { delegated } : {}),
        }),
      }
      const scope = createScope(layersOf(sources), (value, own) => render(value, within ?? own), {
        dictionaries: run.dictionaries ?? 'replace',
        searchPath: task === undefined ? undefined : searchBases(task.context),
        onRead: run.onRead,
      })
      return scope
    },
    playScope: (play, varsPrompt) => {
      const { current } = run.inventory
      const facts = runMagic(run, current, {
        groups: read(current).groups,
        hostvars: () => hostvars(play.folder ?? run.playbookFolder),
      })
      const sources: Sources = {
        playVars: play.vars,
        varsPrompt,
        extraVars: run.extraVars,
        magic: Object.assign(facts, { playbook_dir: play.playbookDir }),
      }
      return createScope(layersOf(sources), (value, scope) => renderer.value(value, scope), {
        onRead: run.onRead,
      })
    },
  }
  return store
}

// Whoever goes through a host's variables must not come to all hosts again, nor to what is no value.
function ownVariables(scope: Scope): Variables {
  return variablesObject({
    ...scope,
    names: () => [...scope.names()].filter((name) => !['hostvars', 'vars', 'omit'].includes(name)),
  })
}

// How a task reaches its host, as variables: the weakest, since those that the inventory sets are how it is reached.
function reachedBy(
  task: LoadedTask | LoadedInclude | LoadedMeta,
  host: HostState,
  { connection }: RunFacts,
): Variables {
  const known = {
    // As in Ansible the delegate's, unless the host has one of its own.
    ansible_host: task.delegate_to ?? host.name,
    ansible_connection: task.connection ?? connection?.connection ?? 'ssh',
    ansible_port: task.port ?? connection?.port,
    ansible_user: task.remote_user ?? connection?.user,
  }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
}

// Local facts are variables in any case (Ansible: INJECT_FACTS_AS_VARS).
function injected({ injectFacts = true }: RunFacts, { facts }: HostState): Variables {
  return injectFacts ? facts : { ansible_local: facts.ansible_local ?? {} }
}

function playSources({ play, varsFiles, varsPrompt, roles }: PlayFacts, host: HostState): Sources {
  return {
    roleDefaults: roles.map((role) => role.defaults),
    playVars: play.vars,
    varsPrompt,
    varsFiles: varsFiles.get(host.name) ?? [],
    roleVars: roles.map((role) => role.vars),
  }
}

// A task sees its own role's variables above those of the play's other roles; those that its role depends on are weaker
// than the roles above it with their defaults, and stronger with their variables.
function taskSources(task: LoadedTask | LoadedInclude | LoadedMeta, play: PlayFacts | undefined): Sources {
  const role = task.context.role
  const own = { blockAndTaskVars: task.vars, includeParams: task.includeParams }
  if (role === undefined) return own
  const roles = play?.roles ?? []
  const { dependencies } = role
  const lineage = lineageOf(role)
  const above = lineage.slice(0, -1)
  return {
    ...own,
    roleDefaults: [...roles, ...dependencies, ...lineage].map((one) => one.defaults),
    roleVars: [...roles, ...above, ...dependencies, role].map((one) => one.vars),
    roleParams: lineage.map((one) => one.params),
  }
}

// Only what is read is made: most tasks read no other host's variables.
function lazily(
  names: () => readonly string[],
  has: (name: string) => boolean,
  make: (name: string) => unknown,
): Variables {
  const made = new Map<string, unknown>()
  const get = (name: string) => {
    if (!made.has(name)) made.set(name, make(name))
    return made.get(name)
  }
  const known = (name: string | symbol): name is string => typeof name === 'string' && has(name)
  return new Proxy(Object.create(null) as Record<string, unknown>, {
    get: (_target, name) => (known(name) ? get(name) : undefined),
    has: (_target, name) => known(name),
    ownKeys: () => [...names()],
    getOwnPropertyDescriptor: (_target, name) =>
      known(name) ? { value: get(name), enumerable: true, configurable: true, writable: false } : undefined,
    set: () => false,
  })
}
