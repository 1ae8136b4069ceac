import { InventoryError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import { SLICE, type Sliced } from '../core/slices.ts'
import { byName } from '../core/values/dictionary.ts'
import { entriesOf, getKey } from '../core/values/dicts.ts'
import { str } from '../core/values/text.ts'
import { isDict } from '../core/values/types.ts'
import { addChild, addGroup, addHost, type Draft, setGroupVariable } from './draft.ts'
import { refuseBadName } from './tree.ts'

type Entries = Readonly<Record<string, unknown>>

const GROUP_KEYS: readonly string[] = ['hosts', 'vars', 'children']

/**
 * Whether data is the output of an inventory program (`--list`) rather than a tree of groups: it has `_meta`, or
 * lists where the tree has mappings.
 */
export function isListing(data: unknown): boolean {
  const entries = byName(data)
  if (entries === undefined) return false
  if (byName(entries._meta) !== undefined) return true
  return Object.values(entries).some((group) => {
    const { hosts, children } = byName(group) ?? {}
    return [group, hosts, children].some(Array.isArray)
  })
}

/**
 * Adds the output of an inventory program to a draft (Ansible docs: 'Inventory scripts').
 * @returns the hosts whose variables the output does not give: none when it has `_meta.hostvars`
 * @throws InventoryError when the data is not of that form
 */
export function* addListing(draft: Draft, data: unknown, file: string): Sliced<readonly string[]> {
  const at = { file }
  if (!isDict(data)) throw new InventoryError('the inventory must be a JSON object', { at })
  const hosts = new Set<string>()
  for (const [name, group] of entriesOf(data)) {
    if (name === '_meta') continue
    for (const host of yield* addListedGroup(draft, str(name), group, at)) hosts.add(host)
  }
  const listed = byName(getKey(data, '_meta'))?.hostvars
  if (listed === undefined) return [...hosts]
  const hostvars = mapping(listed, '_meta.hostvars', at)
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
  const entries = byName(value)
  if (entries !== undefined) return entries
  throw new InventoryError(`${what} must be an object`, { at })
}
