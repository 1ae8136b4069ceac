import { UsageError } from '../core/errors.ts'
import type { Variables } from '../core/scope.ts'
import { didYouMean } from '../core/suggest.ts'
import { toJson } from '../core/values/json.ts'
import { str } from '../core/values/text.ts'
import { findHost } from './groups.ts'
import { inventoryLayers, mergeLayers } from './layers.ts'
import type { Inventory, VariableFolder } from './model.ts'

/** What `--playbook-dir` adds to an inventory's own variables. */
interface ShowOptions {
  readonly playbook?: VariableFolder | undefined
}

type Json = Record<string, unknown>

/** The inventory as `ansible-inventory --list` prints it: groups, and each host's merged variables in `_meta`. */
export function listInventory(inventory: Inventory, { playbook }: ShowOptions = {}): string {
  const result: Json = {}
  const pending = ['all']
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const group = inventory.groups.get(name)
    if (group === undefined || Object.hasOwn(result, name)) continue
    const listed = {
      ...(group.children.length > 0 ? { children: group.children } : {}),
      ...(group.hosts.length > 0 && name !== 'all' ? { hosts: group.hosts } : {}),
    }
    result[name] = listed
    for (const child of group.children) pending.push(child)
  }
  const filled = Object.entries(result).filter(([, group]) => Object.keys(group as Json).length > 0)
  const hostvars = [...inventory.hosts.keys()]
    .map((name): [string, Variables] => [name, mergeLayers(inventoryLayers(inventory, name, playbook))])
    .filter(([, vars]) => Object.keys(vars).length > 0)
  return printJson({ _meta: { hostvars: Object.fromEntries(hostvars) }, ...Object.fromEntries(filled) })
}

/**
 * One host's merged variables, as `ansible-inventory --host` prints them.
 * @throws UsageError for a host that is not in the inventory
 */
export function hostInventory(inventory: Inventory, name: string, { playbook }: ShowOptions = {}): string {
  if (findHost(inventory, name) === undefined) throw unknown('host', name, inventory.hosts.keys())
  return printJson(mergeLayers(inventoryLayers(inventory, name, playbook)))
}

/**
 * The groups as a tree, as `ansible-inventory --graph` prints it.
 * @param options.group where to start; default: all
 * @param options.vars whether to print the hosts' and groups' variables too (`--vars`)
 * @throws UsageError for a group that is not in the inventory
 */
export function graphInventory(
  inventory: Inventory,
  { group = 'all', vars = false, playbook }: ShowOptions & { group?: string; vars?: boolean } = {},
): string {
  if (!inventory.groups.has(group)) throw unknown('group', group, inventory.groups.keys())
  const lines: string[] = []
  const write = (depth: number, text: string): void => {
    lines.push(depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`)
  }
  const writeVars = (depth: number, variables: Variables): void => {
    if (!vars) return
    for (const name of Object.keys(variables).sort()) write(depth, `{${name} = ${str(variables[name])}}`)
  }
  const walk = (name: string, depth: number): void => {
    const found = inventory.groups.get(name)
    write(depth, `@${name}:`)
    for (const child of found?.children ?? []) walk(child, depth + 1)
    for (const host of name === 'all' ? [] : (found?.hosts ?? [])) {
      write(depth + 1, host)
      writeVars(depth + 2, mergeLayers(inventoryLayers(inventory, host, playbook)))
    }
    writeVars(depth + 1, groupVars(inventory, name, playbook))
  }
  walk(group, 0)
  return lines.join('\n')
}

function groupVars(inventory: Inventory, name: string, playbook: VariableFolder | undefined): Variables {
  const folders = [...inventory.folders, ...(playbook === undefined ? [] : [playbook])]
  const files = folders.flatMap((folder) => folder.groups.get(name) ?? [])
  const group = inventory.groups.get(name)
  return {
    ...group?.vars,
    ...(group === undefined || group.priority === 1 ? {} : { ansible_group_priority: group.priority }),
    ...Object.fromEntries(files.flatMap((file) => Object.entries(file.vars))),
  }
}

function unknown(kind: string, name: string, known: Iterable<string>): UsageError {
  return new UsageError(`there is no ${kind} '${name}' in the inventory${didYouMean(name, known)}`)
}

/** JSON with sorted keys and four spaces, as Ansible's tools print it. */
export function printJson(value: unknown): string {
  return toJson(value, { indent: 4, sortKeys: 'by text', ascii: false })
}
