import type { Inventory } from '../inventory/model.ts'

/** A change that a play makes to the inventory: pure, since it is made anew when the sources are read again. */
export type InventoryChange = (inventory: Inventory) => Inventory

/** The inventory of a run. Each state of it is plain data; what plays add makes the next one. */
export interface LiveInventory {
  readonly current: Inventory
  change(change: InventoryChange): void
  /** Reads the sources again; what plays added stays (Ansible: `meta: refresh_inventory`). */
  refresh(): Promise<void>
}

/** @param reload reads the sources; without it they are what they were */
export function liveInventory(initial: Inventory, reload?: () => Promise<Inventory>): LiveInventory {
  const changes: InventoryChange[] = []
  let current = initial
  return {
    get current() {
      return current
    },
    change: (change) => {
      changes.push(change)
      current = change(current)
    },
    refresh: async () => {
      const fresh = reload === undefined ? initial : await reload()
      current = changes.reduce((inventory, change) => change(inventory), fresh)
    },
  }
}
