import { InventoryError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import { SLICE, type Sliced } from '../core/slices.ts'
import { didYouMean } from '../core/suggest.ts'
import { byName, isDictionary } from '../core/values/dictionary.ts'
import { entriesOf } from '../core/values/dicts.ts'
import { compactJson, shown } from '../core/values/json.ts'
import { repr } from '../core/values/text.ts'
import { typeName } from '../core/values/types.ts'
import { addChild, addGroup, addHost, type Draft, setGroupVariable } from './draft.ts'
import { type ExpandOptions, expandHosts, type HostNames } from './host-pattern.ts'

/** Variables of one host; the connection variables are spelled out so that an editor offers them. */
export type HostVariables = Variables & {
  readonly ansible_host?: string
  readonly ansible_port?: number | string
  readonly ansible_user?: string
  readonly ansible_connection?: string
  readonly ansible_ssh_private_key_file?: string
  readonly ansible_ssh_common_args?: string
  /** The host's public key, `ssh-ed25519 AAAA…` or the base64 alone: checked before anything is sent. */
  readonly ansible_ssh_host_key_ed25519_public?: string
  readonly ansible_become?: boolean | string
}

/** One group, shaped as in Ansible's YAML inventory. */
export interface GroupTree {
  readonly hosts?: Readonly<Record<string, HostVariables | null>>
  readonly vars?: Variables
  readonly children?: InventoryTree
}

/** An inventory written as an object: the default export of a `.ts` source, or a YAML file's content. */
export type InventoryTree = Readonly<{ [group: string]: GroupTree | null }>

/** Gives an inventory object its type, and itself back: `export default defineInventory({ all: { … } })`. */
export function defineInventory(tree: InventoryTree): InventoryTree {
  return tree
}

/** Returns where an entry of the tree is written. */
type Locate = (container: unknown, key?: string | number) => Location

const GROUP_KEYS = ['hosts', 'vars', 'children']

/**
 * Adds a tree of groups to a draft.
 * @param file the source, kept as each host's file
 * @throws InventoryError for anything that is not a group, host or variable where one is due
 */
export function* addTree(draft: Draft, tree: unknown, file: string, locate: Locate): Sliced<void> {
  for (const [name, value] of entries(tree, 'an inventory', locate(tree))) {
    yield* addGroupTree(draft, name, value, { file, locate, at: locate(tree, name) })
  }
}

interface Context {
  readonly file: string
  readonly locate: Locate
  readonly at: Location
}

function* addGroupTree(
  draft: Draft,
  name: string,
  tree: unknown,
  { file, locate, at }: Context,
): Sliced<void> {
  if (name === '') throw new InventoryError('a group needs a name', { at })
  addGroup(draft, name)
  for (const [key, value] of entries(tree, `group '${name}'`, at)) {
    const here = locate(tree, key)
    if (!GROUP_KEYS.includes(key)) {
      const meant = didYouMean(key, GROUP_KEYS)
      throw new InventoryError(`group '${name}' has a key '${key}'; use ${GROUP_KEYS.join(', ')}${meant}`, {
        at: here,
        hint: 'variables go below vars, groups inside a group below children',
      })
    }
    const what = `${key} of group '${name}'`
    // `hosts: name` is the one place where Ansible takes a text for a mapping.
    const content = key === 'hosts' && typeof value === 'string' ? { [value]: null } : value
    for (const [index, [child, inner]] of entries(content, what, here).entries()) {
      if (index % SLICE === SLICE - 1) yield
      const spot = () => locate(content, child)
      if (key === 'vars') setGroupVariable(draft, name, child, inner)
      else if (key === 'hosts') addHostTree(draft, name, child, inner, { file, at: spot })
      else {
        yield* addGroupTree(draft, child, inner, { file, locate, at: spot() })
        addChild(draft, name, child, spot())
      }
    }
  }
}

function addHostTree(
  draft: Draft,
  group: string,
  pattern: string,
  vars: unknown,
  { file, at }: { readonly file: string; readonly at: () => Location },
): void {
  const given = byName(vars ?? {})
  const variables = given === undefined ? entries(vars, `host '${pattern}'`, at()) : Object.entries(given)
  const { names, port } = hostsOf(pattern, at)
  for (const name of names) {
    const host = addHost(draft, name, group, file)
    if (port !== undefined) host.vars.set('ansible_port', port)
    for (const [key, value] of variables) host.vars.set(key, value)
  }
}

/**
 * The hosts a pattern names, with the place added to what is wrong with it.
 * @throws InventoryError for a bad range or name
 */
export function hostsOf(pattern: string, at?: () => Location, options?: ExpandOptions): HostNames {
  try {
    const hosts = expandHosts(pattern, options)
    for (const name of hosts.names) refuseBadName(name, at)
    return hosts
  } catch (cause) {
    if (cause instanceof RangeError) throw new InventoryError(cause.message, { at: at?.(), cause })
    throw cause
  }
}

/** @throws InventoryError for a name that is empty, or would be taken for something else than a host */
export function refuseBadName(name: string, at?: () => Location): void {
  if (name === '' || /[\0-\x1f\x7f]/.test(name) || name === '__proto__') {
    throw new InventoryError(`${shown(name)} cannot be a host name`, { at: at?.() })
  }
  if (!name.startsWith('-')) return
  throw new InventoryError(`host name '${name}' starts with '-': ssh would take it for an option`, {
    at: at?.(),
  })
}

// YAML reads `010:` as 8 and `1.10:` as 1.1: what was meant can only be guessed.
function nameOf(key: unknown, what: string, at: Location | undefined): string {
  if (typeof key === 'string') return key
  throw new InventoryError(`names in ${what} must be text, and YAML reads ${repr(key)} as ${typeName(key)}`, {
    at,
    hint: 'enclose the name in quotation marks',
  })
}

function entries(value: unknown, what: string, at: Location | undefined): [string, unknown][] {
  if (value === null || value === undefined) return []
  if (value instanceof Map) return entriesOf(value).map(([key, item]) => [nameOf(key, what, at), item])
  if (isDictionary(value)) return Object.entries(value)
  const found = Array.isArray(value) ? 'a list' : `${typeName(value)} ${compactJson(value)}`
  throw new InventoryError(`${what} must be a mapping, but is ${found}`, {
    at,
    hint: "write each name as a key with ':' behind it, not as a list item",
  })
}
