import { dictOf } from '../core/values/dicts.ts'
import type { Group, Host, Inventory } from './model.ts'
import { LOCALHOST_NAMES } from './model.ts'

const memberships = new WeakMap<Inventory, Map<string, readonly string[]>>()

/**
 * The groups a host is in, directly or through their children, `all` included, in the order in which their
 * variables are merged: by depth, then by priority, then by name; later ones win
 * (Ansible docs: 'How variables are merged').
 * @param host a name; one that is not in the inventory is in `all` alone
 */
export function groupsOf(inventory: Inventory, host: string): readonly Group[] {
  const found = new Map<string, Group>()
  const visit = (name: string): void => {
    const group = inventory.groups.get(name)
    if (group === undefined || found.has(name)) return
    found.set(name, group)
    group.parents.forEach(visit)
  }
  visit('all')
  inventory.hosts.get(host)?.groups.forEach(visit)
  return [...found.values()].sort(
    (a, b) => a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : 1),
  )
}

/** The value of `group_names`: the host's groups by name, without `all`. */
export function groupNames(inventory: Inventory, host: string): readonly string[] {
  return groupsOf(inventory, host)
    .map((group) => group.name)
    .filter((name) => name !== 'all')
    .sort()
}

/**
 * The hosts of a group and of all groups below it, each once: first its own, then level by level those of its
 * children.
 */
export function hostsOfGroup(inventory: Inventory, name: string): readonly string[] {
  const cache = memberships.get(inventory) ?? new Map<string, readonly string[]>()
  memberships.set(inventory, cache)
  const known = cache.get(name)
  if (known !== undefined) return known
  const groups = new Set([name])
  const hosts = new Set<string>()
  // A set is walked in the order of insertion and also reaches what is added on the way: level by level.
  for (const current of groups) {
    const group = inventory.groups.get(current)
    // This machine, when no source lists it, is not one of all, even where a play put it into a group.
    for (const host of group?.hosts ?? [])
      if (name !== 'all' || inventory.hosts.get(host)?.implicit !== true) hosts.add(host)
    for (const child of group?.children ?? []) groups.add(child)
  }
  const result = [...hosts]
  cache.set(name, result)
  return result
}

/** The value of `groups`: every group with its hosts. */
export function groupsWithHosts(inventory: Inventory): Readonly<Record<string, readonly string[]>> {
  return dictOf(
    [...inventory.groups.keys()].map((name) => [name, hostsOfGroup(inventory, name)]),
  ) as Readonly<Record<string, readonly string[]>>
}

/**
 * A host by name. `localhost`, `127.0.0.1` and `::1` mean this machine when no source lists them: then they are the
 * listed one of the three, or else an implicit host with a local connection (Ansible docs: 'Implicit localhost').
 */
export function findHost(inventory: Inventory, name: string): Host | undefined {
  const listed = inventory.hosts.get(name)
  if (listed !== undefined || !LOCALHOST_NAMES.includes(name)) return listed
  const alias = LOCALHOST_NAMES.find((candidate) => inventory.hosts.has(candidate))
  if (alias !== undefined) return inventory.hosts.get(alias)
  return { name, vars: { ansible_connection: 'local' }, groups: [], file: undefined, implicit: true }
}
