import { findHost, groupsOf, groupsWithHosts } from '../inventory/groups.ts'
import type { Inventory, VariableFolder } from '../inventory/model.ts'
import type { Sources } from '../vars/precedence.ts'

/** What one state of the inventory says: worked out once, since states never change. */
export interface InventoryVariables {
  /** The value of `groups`. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  /** The sources of a host's variables; `beside` is the folder of the playbook that runs. */
  sources(host: string, beside: VariableFolder | undefined): Sources
}

/** Reads states of the inventory, each once. */
export function createInventoryReader(): (inventory: Inventory) => InventoryVariables {
  const known = new WeakMap<Inventory, InventoryVariables>()
  return (inventory) => {
    let read = known.get(inventory)
    if (read === undefined) {
      read = readInventory(inventory)
      known.set(inventory, read)
    }
    return read
  }
}

function readInventory(inventory: Inventory): InventoryVariables {
  const known = new Map<VariableFolder | undefined, Map<string, Sources>>()
  return {
    groups: groupsWithHosts(inventory),
    sources: (host, beside) => {
      const byHost = known.get(beside) ?? new Map<string, Sources>()
      known.set(beside, byHost)
      const found = byHost.get(host) ?? inventorySources(inventory, beside, host)
      byHost.set(host, found)
      return found
    },
  }
}

function inventorySources(
  inventory: Inventory,
  playbookFolder: VariableFolder | undefined,
  name: string,
): Sources {
  const host = findHost(inventory, name)
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
    inventoryHostVars: [host?.vars ?? {}],
    addedHostVars: host?.data ?? {},
    hostVars: [...ofHost(inventory.folders), ...ofHost(beside)],
  }
}
