import { readFileSync } from 'node:fs'
import type { Variables } from '../core/scope.ts'
import { findHost, groupNames } from '../inventory/groups.ts'
import type { Inventory } from '../inventory/model.ts'
import { searchBases } from '../playbook/find-file.ts'
import { omit } from '../template/omit.ts'
import { factsVariable, type HostState } from './host.ts'
import { parentVariables, roleNames } from './role-variables.ts'
import type { PlayFacts, RunFacts, ScopeOptions } from './variable-facts.ts'

// Whose behaviour this is, for roles that ask which Ansible they run in.
const ANSIBLE = { full: '2.18.0', string: '2.18.0', major: 2, minor: 18, revision: 0 }

// Inventories name it as the interpreter of this machine; nothing here needs one.
const PYTHON = '/usr/bin/python3'

interface Hosts {
  readonly groups: Variables
  readonly hostvars: () => Variables
  /** All variables of the host, as a task sees them, by their names. */
  readonly vars?: (() => Variables) | undefined
  /** By the names of the hosts that the task is delegated to, where it is. */
  readonly delegated?: (() => Variables) | undefined
}

/** What is known without a host. */
export function runMagic(
  run: RunFacts,
  { sources }: Inventory,
  { groups, hostvars }: Hosts,
): Record<string, unknown> {
  const values: Record<string, unknown> = {
    groups,
    omit,
    ansible_check_mode: run.check,
    ansible_diff_mode: run.diff,
    ansible_verbosity: run.verbosity,
    ansible_forks: run.forks,
    ansible_run_tags: run.tags.length === 0 ? ['all'] : run.tags,
    ansible_skip_tags: run.skipTags,
    ansible_inventory_sources: sources,
    playscript_version: version(),
    ansible_version: ANSIBLE,
    ansible_playbook_python: PYTHON,
  }
  if (run.limit !== undefined) values.ansible_limit = run.limit
  if (run.configFile !== undefined) values.ansible_config_file = run.configFile
  addGetters(values, { hostvars })
  return values
}

/** The variables that nobody sets (Ansible: 'Special variables'). */
export function magic(
  run: RunFacts,
  host: HostState,
  { play, task, delegated, vars, ...hosts }: Pick<ScopeOptions, 'play' | 'task'> & Hosts,
): Variables {
  const inventory = run.inventory.current
  const inventoryFile = findHost(inventory, host.name)?.file
  const values = runMagic(run, inventory, hosts)
  values.inventory_hostname = host.name
  values.inventory_hostname_short = host.name.split('.')[0] ?? host.name
  if (inventoryFile !== undefined) {
    values.inventory_file = inventoryFile
    values.inventory_dir = inventoryFile.slice(0, Math.max(inventoryFile.lastIndexOf('/'), 1))
  }
  addGetters(values, {
    ansible_facts: () => factsVariable(host),
    group_names: () => groupNames(inventory, host.name),
  })
  if (vars !== undefined) addGetters(values, { vars })
  if (delegated !== undefined) addGetters(values, { ansible_delegated_vars: delegated })
  if (play !== undefined) addPlay(values, play)
  if (task !== undefined) addGetters(values, { ansible_search_path: () => searchBases(task.context) })
  const role = task?.context.role
  if (role !== undefined)
    Object.assign(values, {
      role_name: role.name,
      role_path: role.path,
      ansible_role_name: role.name,
      ...parentVariables(role),
    })
  return values
}

function addPlay(values: Record<string, unknown>, { play, hosts, allHosts, batch }: PlayFacts): void {
  Object.assign(values, { playbook_dir: play.playbookDir, ansible_play_name: play.name })
  Object.assign(values, { ansible_play_hosts_all: allHosts })
  addGetters(values, {
    ansible_play_hosts: hosts,
    ansible_play_batch: batch,
    play_hosts: batch,
    ansible_play_role_names: () => roleNames(play.roles, { dependency: false }),
    role_names: () => roleNames(play.roles, { dependency: false }),
    ansible_dependent_role_names: () => roleNames(play.roles, { dependency: true }),
    ansible_role_names: () => [...new Set(play.roles.map((role) => role.name))],
  })
}

// Getters, because most tasks read none of these.
function addGetters(values: Record<string, unknown>, getters: Readonly<Record<string, () => unknown>>): void {
  for (const [name, get] of Object.entries(getters))
    Object.defineProperty(values, name, { get, enumerable: true })
}

let ownVersion: string | undefined

/** The version of playscript, from its package.json. */
export function version(): string {
  ownVersion ??= JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    .version as string
  return ownVersion
}
