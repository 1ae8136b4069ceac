import { InventoryError, messageOf } from '../core/errors.ts'
import type { Variables } from '../core/scope.ts'
import { didYouMean } from '../core/suggest.ts'
import { truth } from '../core/values/compare.ts'
import { byName } from '../core/values/dictionary.ts'
import { itemsOf } from '../core/values/dicts.ts'
import { str } from '../core/values/text.ts'
import { addChild, addHost, copyOf, type Draft, finish } from './draft.ts'
import { groupNames, groupsOf } from './groups.ts'
import { keyedNames } from './keyed-groups.ts'
import type { Inventory, VariableFile, VariableFolder } from './model.ts'

/** Gives the values of Jinja expressions and of text with templates. */
export interface Expressions {
  evaluate(expression: string, variables: Variables): unknown
  render(text: string, variables: Variables): unknown
}

/** What a constructed source needs beside its configuration. */
export interface ConstructedOptions {
  readonly expressions: Expressions
  /** For `use_extra_vars`: the variables of the command line. */
  readonly extraVars: Variables
  /** For `use_vars_plugins`: the folders beside the sources before this one. */
  readonly folders: readonly VariableFolder[]
}

/** Values of `plugin:` that mean this source. */
export const CONSTRUCTED_PLUGINS: readonly string[] = [
  'constructed',
  'ansible.builtin.constructed',
  'ansible.legacy.constructed',
]

const KEYS: readonly string[] = [
  ...['plugin', 'strict', 'compose', 'groups', 'keyed_groups'],
  ...['use_vars_plugins', 'use_extra_vars', 'leading_separator'],
]

type Config = Readonly<Record<string, unknown>>

/**
 * Adds variables and groups that expressions make of the hosts of the sources before (Ansible's inventory plugin
 * constructed): `compose` sets variables, `groups` adds the hosts for which a condition holds, `keyed_groups` those with
 * a value. An expression that fails skips its entry, unless `strict` is true.
 * @throws InventoryError for an unknown key, and with `strict` for an expression that fails
 */
export function addConstructed(
  draft: Draft,
  config: Config,
  file: string,
  options: ConstructedOptions,
): void {
  for (const key of Object.keys(config)) {
    if (KEYS.includes(key)) continue
    throw new InventoryError(`'${key}' is not a key of plugin constructed${didYouMean(key, KEYS)}`, {
      at: { file },
      hint: `keys: ${KEYS.join(', ')}`,
    })
  }
  const attempt = (what: string, action: () => void): void => {
    try {
      action()
    } catch (cause) {
      if (cause instanceof InventoryError) throw cause
      if (config.strict === true)
        throw new InventoryError(`${what}: ${messageOf(cause)}`, { at: { file }, cause })
    }
  }
  const { expressions, extraVars } = options
  const extra = config.use_extra_vars === true ? extraVars : {}
  const variablesOf = reader(draft, config.use_vars_plugins === true ? options.folders : [])
  for (const { name: host, vars } of [...draft.hosts.values()]) {
    const before = { ...variablesOf(host, vars), ...extra }
    for (const [name, expression] of Object.entries(byName(config.compose) ?? {})) {
      attempt(`Could not set ${name} for host ${host}`, () => {
        vars.set(name, expressions.evaluate(str(expression), before))
      })
    }
    const variables = variablesOf(host, vars)
    for (const [group, condition] of Object.entries(byName(config.groups) ?? {})) {
      attempt(`Could not add host ${host} to group ${group}`, () => {
        if (truth(expressions.evaluate(str(condition), variables)))
          addHost(draft, host, safeName(group), file)
      })
    }
    for (const entry of itemsOf(config.keyed_groups ?? [])) {
      const keyed = byName(entry)
      if (keyed === undefined)
        throw new InventoryError(`an entry of keyed_groups must be a dictionary, not '${str(entry)}'`, {
          at: { file },
        })
      attempt(`Could not generate group for host ${host} from ${str(keyed.key)} entry`, () => {
        const key = expressions.evaluate(str(keyed.key), { ...variables, ...extra })
        const parent =
          truth(keyed.parent_group ?? '') && str(expressions.render(str(keyed.parent_group), variables))
        for (const name of keyedNames(key, keyed, config.leading_separator !== false)) {
          addHost(draft, host, safeName(name), file)
          if (parent !== false) addChild(draft, safeName(parent), safeName(name), { file })
        }
      })
    }
  }
}

/** The name of a group that is made: what cannot be part of a variable's name becomes an underscore, as in Ansible. */
function safeName(name: string): string {
  return name.replace(/^[^\p{L}_]|[^\p{L}\p{N}_]/gu, '_')
}

type ReadVariables = (host: string, vars: ReadonlyMap<string, unknown>) => Variables

/** Reads the variables of hosts as the sources so far give them; `vars` are those of the host itself. */
function reader(draft: Draft, folders: readonly VariableFolder[]): ReadVariables {
  const inventory: Inventory = { ...finish(copyOf(draft)), folders, sources: [] }
  const filesOf = (found: readonly VariableFile[] | undefined) => (found ?? []).map(({ vars }) => vars)
  return (host, vars) => {
    const groups = groupsOf(inventory, host)
    return Object.assign(
      {},
      ...groups.map((group) => group.vars),
      ...groups.flatMap(({ name }) => folders.flatMap((folder) => filesOf(folder.groups.get(name)))),
      Object.fromEntries(vars),
      ...folders.flatMap((folder) => filesOf(folder.hosts.get(host))),
      {
        inventory_hostname: host,
        inventory_hostname_short: host.split('.')[0],
        group_names: groupNames(inventory, host),
      },
    )
  }
}
