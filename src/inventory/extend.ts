import type { Variables } from '../core/scope.ts'
import { addChild, addGroup, addHost, type Draft, draftOf, finish, reopen } from './draft.ts'
import { findHost } from './groups.ts'
import type { Inventory } from './model.ts'
import { hostsOf } from './tree.ts'

/** A host that a play adds to the inventory (module add_host). */
export interface NewHost {
  /** One name, with `:port` where wanted. */
  readonly name: string
  readonly groups?: readonly string[]
  /** Data: rendered by now, and never again. */
  readonly vars?: Variables
}

/**
 * The inventory with a host added, or with groups and variables added to a host that is there.
 * @throws InventoryError for a bad name
 */
export function withHost(inventory: Inventory, { name, groups = [], vars = {} }: NewHost): Inventory {
  return extend(inventory, (draft) => {
    const { names, port } = hostsOf(name, undefined, { ranges: false })
    for (const host of names) {
      const added = addHost(draft, host, groups[0] ?? 'ungrouped', undefined)
      for (const group of groups.slice(1)) addHost(draft, host, group, undefined)
      added.data = { ...added.data, ...(port === undefined ? {} : { ansible_port: port }), ...vars }
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
    for (const host of hosts) {
      const known = draft.hosts.get(host)
      const found = known === undefined ? findHost(inventory, host) : undefined
      // This machine may be put into a group without standing in the inventory.
      if (found?.implicit) draft.hosts.set(host, draftOf(found))
      if (draft.hosts.has(host)) addHost(draft, host, group, undefined)
    }
    for (const parent of parents) if (parent !== 'all') addChild(draft, parent, group, undefined)
  })
}

function extend(inventory: Inventory, change: (draft: Draft) => void): Inventory {
  const draft = reopen(inventory)
  change(draft)
  return { ...inventory, ...finish(draft) }
}
