import type { Variables } from '../core/scope.ts'
import { findHost, groupsOf } from './groups.ts'
import type { Inventory, VariableFile, VariableFolder } from './model.ts'

/** Variables from one place. Layers are listed from the weakest to the strongest. */
export interface InventoryLayer {
  /** The precedence level in Ansible's numbering, 3 to 10. */
  readonly level: number
  readonly origin: string
  readonly vars: Variables
}

/**
 * A host's variables from the inventory and the variable folders, as layers from weak to strong: levels 3 to 10 of
 * Ansible's precedence list (docs: 'Understanding variable precedence').
 * @param playbook the folder beside the playbook, from loadGroupVars
 * @throws InventoryError when a vault file that concerns this host could not be opened
 */
export function inventoryLayers(
  inventory: Inventory,
  host: string,
  playbook?: VariableFolder,
): readonly InventoryLayer[] {
  const groups = groupsOf(inventory, host)
  const names = groups.map((group) => group.name)
  const below = names.filter((name) => name !== 'all')
  const own = findHost(inventory, host)
  const beside = playbook === undefined ? [] : [playbook]
  const files = (
    level: number,
    folders: readonly VariableFolder[],
    kind: 'groups' | 'hosts',
    entities: readonly string[],
  ): InventoryLayer[] =>
    folders.flatMap((folder) =>
      entities.flatMap((name) => (folder[kind].get(name) ?? []).map((file) => layerOf(level, file))),
    )

  return [
    ...groups.map(({ name, vars }) => ({ level: 3, origin: `group ${name} in the inventory`, vars })),
    ...files(4, inventory.folders, 'groups', ['all']),
    ...files(5, beside, 'groups', ['all']),
    ...files(6, inventory.folders, 'groups', below),
    ...files(7, beside, 'groups', below),
    ...(own === undefined ? [] : [{ level: 8, origin: `host ${host} in the inventory`, vars: own.vars }]),
    ...files(9, inventory.folders, 'hosts', [host]),
    ...files(10, beside, 'hosts', [host]),
  ].filter(({ vars }) => Object.keys(vars).length > 0)
}

/** All layers of a host in one: a stronger layer replaces a variable as a whole. */
export function mergeLayers(layers: readonly InventoryLayer[]): Variables {
  return Object.fromEntries(layers.flatMap(({ vars }) => Object.entries(vars)))
}

function layerOf(level: number, { file, vars }: VariableFile): InventoryLayer {
  return { level, origin: file, vars }
}
