import { InventoryError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import type { Group, Host, Inventory } from './model.ts'

/** An inventory being put together; sources write into it through the functions below. */
export interface Draft {
  readonly hosts: Map<string, HostDraft>
  readonly groups: Map<string, GroupDraft>
  readonly warnings: string[]
}

interface HostDraft {
  readonly name: string
  readonly vars: Map<string, unknown>
  readonly groups: Set<string>
  readonly file: string | undefined
  readonly implicit: boolean
  data?: Readonly<Record<string, unknown>>
}

interface GroupDraft {
  readonly name: string
  readonly vars: Map<string, unknown>
  readonly hosts: Set<string>
  readonly children: Set<string>
  priority: number
}

/** A draft with the two groups that always exist. */
export function createDraft(): Draft {
  const draft: Draft = { hosts: new Map(), groups: new Map(), warnings: [] }
  addGroup(draft, 'all')
  addGroup(draft, 'ungrouped')
  addChild(draft, 'all', 'ungrouped', undefined)
  return draft
}

/** A draft with the same hosts and groups, which can be finished while the first one goes on. */
export function copyOf({ hosts, groups }: Draft): Draft {
  const copiedHosts = [...hosts.values()].map((host): [string, HostDraft] => [
    host.name,
    { ...host, groups: new Set(host.groups) },
  ])
  const copiedGroups = [...groups.values()].map((group): [string, GroupDraft] => [
    group.name,
    { ...group, hosts: new Set(group.hosts), children: new Set(group.children) },
  ])
  return { hosts: new Map(copiedHosts), groups: new Map(copiedGroups), warnings: [] }
}

/** A draft that goes on from a finished inventory. */
export function reopen(inventory: Inventory): Draft {
  const hosts = [...inventory.hosts.values()].map((host): [string, HostDraft] => [host.name, draftOf(host)])
  const groups = [...inventory.groups.values()].map((group): [string, GroupDraft] => [
    group.name,
    {
      name: group.name,
      vars: new Map(Object.entries(group.vars)),
      hosts: new Set(group.hosts),
      children: new Set(group.children),
      priority: group.priority,
    },
  ])
  return { hosts: new Map(hosts), groups: new Map(groups), warnings: [...inventory.warnings] }
}

/** A host as a draft holds it. */
export function draftOf(host: Host): HostDraft {
  return { ...host, vars: new Map(Object.entries(host.vars)), groups: new Set(host.groups) }
}

/** The group of that name, made when it is not there yet. */
export function addGroup(draft: Draft, name: string): GroupDraft {
  const known = draft.groups.get(name)
  if (known !== undefined) return known
  const group = { name, vars: new Map(), hosts: new Set<string>(), children: new Set<string>(), priority: 1 }
  draft.groups.set(name, group)
  return group
}

/** Lists a host in a group, making both when they are not there yet. */
export function addHost(draft: Draft, name: string, group: string, file: string | undefined): HostDraft {
  const host = draft.hosts.get(name) ?? {
    name,
    vars: new Map<string, unknown>(),
    groups: new Set<string>(),
    file,
    implicit: false,
  }
  draft.hosts.set(name, host)
  addGroup(draft, group).hosts.add(name)
  host.groups.add(group)
  return host
}

/**
 * Makes one group the child of another.
 * @throws InventoryError when the parent is below the child already: a group cannot contain itself
 */
export function addChild(draft: Draft, parent: string, child: string, at: Location | undefined): void {
  addGroup(draft, child)
  if (parent === child || descendants(draft, child).has(parent)) {
    throw new InventoryError(
      `group '${child}' cannot be a child of '${parent}': it contains '${parent}' itself`,
      {
        at,
      },
    )
  }
  addGroup(draft, parent).children.add(child)
}

/** Sets a variable of a group; `ansible_group_priority` becomes the group's priority instead. */
export function setGroupVariable(draft: Draft, group: string, name: string, value: unknown): void {
  if (name !== 'ansible_group_priority') {
    addGroup(draft, group).vars.set(name, value)
    return
  }
  const priority = Number(value)
  if (Number.isInteger(priority)) addGroup(draft, group).priority = priority
  else draft.warnings.push(`ansible_group_priority of group '${group}' is not an integer; it is ignored`)
}

/**
 * Settles what the sources leave open and freezes the draft: a group without a parent belongs to `all`, a host
 * without a group to `ungrouped` (Ansible: 'Default groups').
 */
export function finish(draft: Draft): Pick<Inventory, 'hosts' | 'groups' | 'warnings'> {
  const all = addGroup(draft, 'all')
  const ungrouped = addGroup(draft, 'ungrouped')
  const parents = parentsOf(draft)
  for (const name of draft.groups.keys()) {
    if (name !== 'all' && parents.get(name)?.length === 0) {
      all.children.add(name)
      parents.get(name)?.push('all')
    }
  }
  for (const host of draft.hosts.values()) {
    host.groups.delete('all')
    const grouped = [...host.groups].some((name) => name !== 'ungrouped')
    if (grouped) host.groups.delete('ungrouped')
    else if (!host.implicit) host.groups.add('ungrouped')
    if (grouped || host.implicit) ungrouped.hosts.delete(host.name)
    else ungrouped.hosts.add(host.name)
    if (draft.groups.has(host.name)) draft.warnings.push(`'${host.name}' is both a group and a host`)
  }
  const depths = depthsOf(draft)
  const hosts = [...draft.hosts.values()].map((host): [string, Host] => [
    host.name,
    { ...host, vars: Object.fromEntries(host.vars), groups: [...host.groups] },
  ])
  const groups = [...draft.groups.values()].map((group): [string, Group] => [
    group.name,
    {
      ...group,
      vars: Object.fromEntries(group.vars),
      hosts: [...group.hosts],
      children: [...group.children],
      parents: parents.get(group.name) ?? [],
      depth: depths.get(group.name) ?? 1,
    },
  ])
  return { hosts: new Map(hosts), groups: new Map(groups), warnings: [...new Set(draft.warnings)] }
}

/** The group and every group below it. */
function descendants(draft: Draft, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const child of draft.groups.get(name)?.children ?? []) descendants(draft, child, found)
  return found
}

function parentsOf(draft: Draft): Map<string, string[]> {
  const parents = new Map([...draft.groups.keys()].map((name): [string, string[]] => [name, []]))
  for (const group of draft.groups.values()) {
    for (const child of group.children) parents.get(child)?.push(group.name)
  }
  return parents
}

/** The longest way from `all` down to each group; there are no loops, see addChild. */
function depthsOf(draft: Draft): Map<string, number> {
  const depths = new Map<string, number>()
  const parents = parentsOf(draft)
  const depth = (name: string): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    const above = (parents.get(name) ?? []).map(depth)
    const result = name === 'all' ? 0 : Math.max(0, ...above) + 1
    depths.set(name, result)
    return result
  }
  for (const name of draft.groups.keys()) depth(name)
  return depths
}
