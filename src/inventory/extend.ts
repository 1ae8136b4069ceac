import type { Variables } from '../core/scope.ts'
import { addChild, addGroup, addHost, type Draft, finish, reopen } from './draft.ts'
import type { Inventory } from './model.ts'
import { hostsOf } from './tree.ts'

/** A host that a play adds to the inventory (module add_host). */
export interface NewHost {
  /** One name, with `:port` where wanted. */
  readonly name: string
  readonly groups?: readonly string[]
  readonly vars?: Variables
}

/**
 * The inventory with a host added, or with groups and variables added to a host that is there.
 * @throws InventoryError for a bad name
 */
export function withHost(inventory: Inventory, { name, groups = [], vars = {} }: NewHost): Inventory {
  return extend(inventory, (draft) => {
    const { names, port } = hostsOf(name, undefined)
    for (const host of names) {
      const added = addHost(draft, host, groups[0] ?? 'ungrouped', undefined)
      for (const group of groups.slice(1)) addHost(draft, host, group, undefined)
      if (port !== undefined) added.vars.set('ansible_port', port)
      for (const [key, value] of Object.entries(vars)) added.vars.set(key, value)
    }
  })
}

/**
 * The inventory with hosts put into a group, which is made when it is new (module group_by).
 * @param parents groups that the group shall be a child of; default: all
 * @throws InventoryError when a parent is below the group
 */
export function withGroup(
  inventory: Inventory,
  group: string,
  { hosts = [], parents = [] }: { readonly hosts?: readonly string[]; readonly parents?: readonly string[] },
): Inventory {
  return extend(inventory, (draft) => {
    addGroup(draft, group)
    for (const host of hosts) if (draft.hosts.has(host)) addHost(draft, host, group, undefined)
    for (const parent of parents) if (parent !== 'all') addChild(draft, parent, group, undefined)
  })
}

function extend(inventory: Inventory, change: (draft: Draft) => void): Inventory {
  const draft = reopen(inventory)
  change(draft)
  return { ...inventory, ...finish(draft) }
}
