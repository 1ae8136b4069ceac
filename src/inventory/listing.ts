import { InventoryError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import { SLICE, type Sliced } from '../core/slices.ts'
import { addChild, addGroup, addHost, type Draft, setGroupVariable } from './draft.ts'
import { refuseBadName } from './tree.ts'

type Entries = Readonly<Record<string, unknown>>

const GROUP_KEYS: readonly string[] = ['hosts', 'vars', 'children']

/**
 * Whether data is the output of an inventory program (`--list`) rather than a tree of groups: it has `_meta`, or
 * lists where the tree has mappings.
 */
export function isListing(data: unknown): boolean {
  if (!isMapping(data)) return false
  if (isMapping(data._meta)) return true
  return Object.values(data).some(
    (group) =>
      Array.isArray(group) ||
      (isMapping(group) && (Array.isArray(group.hosts) || Array.isArray(group.children))),
  )
}

/**
 * Adds the output of an inventory program to a draft (Ansible docs: 'Inventory scripts').
 * @returns the hosts whose variables the output does not give: none when it has `_meta.hostvars`
 * @throws InventoryError when the data is not of that form
 */
export function* addListing(draft: Draft, data: unknown, file: string): Sliced<readonly string[]> {
  const at = { file }
  if (!isMapping(data)) throw new InventoryError('the inventory must be a JSON object', { at })
  const { _meta: meta, ...groups } = data
  const hosts = new Set<string>()
  for (const [name, group] of Object.entries(groups)) {
    for (const host of yield* addListedGroup(draft, name, group, at)) hosts.add(host)
  }
  if (!isMapping(meta) || meta.hostvars === undefined) return [...hosts]
  const hostvars = mapping(meta.hostvars, '_meta.hostvars', at)
  for (const [index, host] of [...hosts].entries()) {
    if (index % SLICE === SLICE - 1) yield
    addHostVariables(draft, host, hostvars[host], at)
  }
  return []
}

/** Sets a host's variables from what an inventory program says about it. */
export function addHostVariables(draft: Draft, host: string, vars: unknown, at: Location): void {
  const target = draft.hosts.get(host)
  for (const [name, value] of Object.entries(mapping(vars, `variables of host '${host}'`, at))) {
    target?.vars.set(name, value)
  }
}

function* addListedGroup(
  draft: Draft,
  name: string,
  value: unknown,
  at: Location,
): Sliced<readonly string[]> {
  const group = shape(name, value, at)
  addGroup(draft, name)
  const hosts = list(group.hosts, `hosts of group '${name}'`, at)
  for (const [index, host] of hosts.entries()) {
    if (index % SLICE === SLICE - 1) yield
    // A program lists its hosts one by one: brackets and colons belong to the name.
    refuseBadName(host, () => at)
    addHost(draft, host, name, at.file)
  }
  for (const [key, inner] of Object.entries(mapping(group.vars, `vars of group '${name}'`, at))) {
    setGroupVariable(draft, name, key, inner)
  }
  for (const child of list(group.children, `children of group '${name}'`, at))
    addChild(draft, name, child, at)
  return hosts
}

/** A group may also be a list of its hosts, or, as one host's variables, a host of the group's name. */
function shape(name: string, value: unknown, at: Location): Entries {
  if (Array.isArray(value)) return { hosts: value }
  const group = mapping(value, `group '${name}'`, at)
  const isGroup = name === 'all' || Object.keys(group).some((key) => GROUP_KEYS.includes(key))
  return isGroup ? group : { hosts: [name], vars: group }
}

function list(value: unknown, what: string, at: Location): readonly string[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new InventoryError(`${what} must be a list of names`, { at })
}

function mapping(value: unknown, what: string, at: Location): Entries {
  if (value === null || value === undefined) return {}
  if (isMapping(value)) return value
  throw new InventoryError(`${what} must be an object`, { at })
}

function isMapping(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
