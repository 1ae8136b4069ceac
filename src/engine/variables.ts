import { readFileSync } from 'node:fs'
import type { Scope, Variables } from '../core/scope.ts'
import { findHost, groupNames, groupsOf, groupsWithHosts } from '../inventory/groups.ts'
import type { Inventory, VariableFolder } from '../inventory/model.ts'
import { searchBases } from '../playbook/find-file.ts'
import type { LoadedInclude, LoadedPlay, LoadedRole, LoadedTask } from '../playbook/model.ts'
import { omit } from '../template/omit.ts'
import { layersOf, type Sources } from '../vars/precedence.ts'
import { createScope, type ScopeSettings, variablesObject } from '../vars/scope.ts'
import { factsVariable, type HostState } from './host.ts'
import type { Renderer } from './renderer.ts'
import { parentsOf, parentVariables, roleNames } from './role-variables.ts'

/** What variables know of the run: fixed once it starts. */
export interface RunFacts {
  readonly inventory: Inventory
  /** The `group_vars/` and `host_vars/` beside the playbook. */
  readonly playbookFolder: VariableFolder | undefined
  readonly extraVars: Variables
  readonly check: boolean
  readonly diff: boolean
  readonly verbosity: number
  readonly forks: number
  readonly limit: string | undefined
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** Whether facts are variables of their own, beside `ansible_facts`; they are unless told otherwise. */
  readonly injectFacts?: boolean | undefined
  readonly dictionaries?: ScopeSettings['dictionaries'] | undefined
  readonly configFile?: string | undefined
}

/** What variables know of the play that runs. */
export interface PlayFacts {
  readonly play: LoadedPlay
  /** The variables of `vars_files`, by host. */
  readonly varsFiles: Map<string, readonly Variables[]>
  /** The answers to `vars_prompt`. */
  readonly varsPrompt: Variables
  /** The play's roles, and those that were included as `public`. */
  readonly roles: LoadedRole[]
  /** `meta: end_play`: no further batch runs. */
  ended: boolean
  /** The hosts that still take part. */
  readonly hosts: () => readonly string[]
  readonly allHosts: readonly string[]
  readonly batch: readonly string[]
}

/** What a scope is for: a task in a play, an item of its loop; or a host by itself. */
export interface ScopeOptions {
  readonly play?: PlayFacts | undefined
  readonly task?: LoadedTask | LoadedInclude | undefined
  readonly loop?: Variables | undefined
  /** Leave out what the host reported of itself: for deciding how to reach it. */
  readonly trustedOnly?: boolean
}

/** Gives the variables of hosts. */
export interface VariableStore {
  scope(host: HostState, options?: ScopeOptions): Scope
}

/** Builds the store of a run; `hosts` are all that the run has met, by name. */
export function createVariableStore(
  run: RunFacts,
  renderer: Renderer,
  hosts: (name: string) => HostState,
): VariableStore {
  const fromInventory = new Map<string, Sources>()
  const groups = groupsWithHosts(run.inventory)
  // This machine is known without standing in the inventory.
  const hostvars = lazily([...new Set([...run.inventory.hosts.keys(), 'localhost'])], (name) =>
    variablesObject(store.scope(hosts(name))),
  )

  const store: VariableStore = {
    scope: (host, options = {}) => {
      const { play, task, loop, trustedOnly } = options
      let inventory = fromInventory.get(host.name)
      if (inventory === undefined) {
        inventory = inventorySources(run, host.name)
        fromInventory.set(host.name, inventory)
      }
      const own = trustedOnly
        ? {}
        : { facts: injected(run, host), includeVars: host.includeVars, registered: host.registered }
      const sources: Sources = {
        ...inventory,
        ...own,
        ...(play === undefined ? {} : playSources(play, host)),
        ...(task === undefined ? {} : taskSources(task, play)),
        includeLoops: task?.includeLoops ?? [],
        ...(loop === undefined ? {} : { loop }),
        extraVars: run.extraVars,
        magic: magic(run, host, options, groups, hostvars),
      }
      return createScope(layersOf(sources), (value, scope) => renderer.value(value, scope), {
        dictionaries: run.dictionaries ?? 'replace',
        searchPath: task === undefined ? undefined : searchBases(task.context),
      })
    },
  }
  return store
}

// Local facts are variables in any case (Ansible: INJECT_FACTS_AS_VARS).
function injected({ injectFacts = true }: RunFacts, { facts }: HostState): Variables {
  return injectFacts ? facts : { ansible_local: facts.ansible_local ?? {} }
}

function inventorySources({ inventory, playbookFolder }: RunFacts, name: string): Sources {
  const groups = groupsOf(inventory, name)
  const beside = playbookFolder === undefined ? [] : [playbookFolder]
  const ofGroup = (folders: readonly VariableFolder[], group: string) =>
    folders.flatMap((folder) => folder.groups.get(group) ?? []).map((file) => file.vars)
  const ofHost = (folders: readonly VariableFolder[]) =>
    folders.flatMap((folder) => folder.hosts.get(name) ?? []).map((file) => file.vars)
  const others = groups.map((group) => group.name).filter((group) => group !== 'all')
  return {
    inventoryGroupVars: groups.map((group) => group.vars),
    groupVarsAll: [...ofGroup(inventory.folders, 'all'), ...ofGroup(beside, 'all')],
    groupVars: [
      ...others.flatMap((group) => ofGroup(inventory.folders, group)),
      ...others.flatMap((group) => ofGroup(beside, group)),
    ],
    inventoryHostVars: [findHost(inventory, name)?.vars ?? {}],
    hostVars: [...ofHost(inventory.folders), ...ofHost(beside)],
  }
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

// A task sees its own role's variables above those of the play's other roles.
function taskSources(task: LoadedTask | LoadedInclude, play: PlayFacts | undefined): Sources {
  const role = task.context.role
  const own = { blockAndTaskVars: task.vars, includeParams: task.includeParams }
  if (role === undefined) return own
  const roles = play?.roles ?? []
  const lineage = [...parentsOf(role).reverse(), role]
  return {
    ...own,
    roleDefaults: [...roles, ...lineage].map((one) => one.defaults),
    roleVars: [...roles, ...lineage].map((one) => one.vars),
    roleParams: lineage.map((one) => one.params),
  }
}

// Whose behaviour this is, for roles that ask which Ansible they run in.
const ANSIBLE = { full: '2.18.0', string: '2.18.0', major: 2, minor: 18, revision: 0 }

// Getters, because most tasks read none of these.
function magic(
  run: RunFacts,
  host: HostState,
  { play, task }: ScopeOptions,
  groups: Readonly<Record<string, readonly string[]>>,
  hostvars: Variables,
): Variables {
  const inventoryFile = findHost(run.inventory, host.name)?.file
  const always: Record<string, unknown> = {
    inventory_hostname: host.name,
    inventory_hostname_short: host.name.split('.')[0] ?? host.name,
    groups,
    hostvars,
    omit,
    ansible_check_mode: run.check,
    ansible_diff_mode: run.diff,
    ansible_verbosity: run.verbosity,
    ansible_forks: run.forks,
    ansible_run_tags: run.tags.length === 0 ? ['all'] : run.tags,
    ansible_skip_tags: run.skipTags,
    ansible_inventory_sources: run.inventory.sources,
    playscript_version: version(),
    ansible_version: ANSIBLE,
  }
  if (run.limit !== undefined) always.ansible_limit = run.limit
  if (run.configFile !== undefined) always.ansible_config_file = run.configFile
  if (inventoryFile !== undefined) {
    always.inventory_file = inventoryFile
    always.inventory_dir = inventoryFile.slice(0, Math.max(inventoryFile.lastIndexOf('/'), 1))
  }
  addGetters(always, {
    ansible_facts: () => factsVariable(host),
    group_names: () => groupNames(run.inventory, host.name),
  })
  if (play !== undefined) addPlay(always, play)
  const role = task?.context.role
  if (role !== undefined)
    Object.assign(always, {
      role_name: role.name,
      role_path: role.path,
      ansible_role_name: role.name,
      ...parentVariables(role),
    })
  return always
}

function addPlay(values: Record<string, unknown>, { play, hosts, allHosts, batch }: PlayFacts): void {
  Object.assign(values, { playbook_dir: play.playbookDir, ansible_play_name: play.name })
  Object.assign(values, { ansible_play_hosts_all: allHosts, ansible_play_batch: batch })
  addGetters(values, {
    ansible_play_hosts: hosts,
    play_hosts: () => batch,
    ansible_play_role_names: () => roleNames(play.roles, { dependency: false }),
    ansible_dependent_role_names: () => roleNames(play.roles, { dependency: true }),
    ansible_role_names: () => [...new Set(play.roles.map((role) => role.name))],
  })
}

function addGetters(values: Record<string, unknown>, getters: Readonly<Record<string, () => unknown>>): void {
  for (const [name, get] of Object.entries(getters))
    Object.defineProperty(values, name, { get, enumerable: true })
}

function lazily(names: readonly string[], make: (name: string) => unknown): Variables {
  const made = new Map<string, unknown>()
  const values: Record<string, unknown> = {}
  for (const name of names) {
    const get = () => {
      if (!made.has(name)) made.set(name, make(name))
      return made.get(name)
    }
    Object.defineProperty(values, name, { get, enumerable: true })
  }
  return values
}

let ownVersion: string | undefined

/** The version of playscript, from its package.json. */
export function version(): string {
  ownVersion ??= JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    .version as string
  return ownVersion
}
