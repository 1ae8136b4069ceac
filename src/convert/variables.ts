import { isDictionary } from '../core/values/dictionary.ts'
import { createTemplar } from '../template/index.ts'

/** The names of variables that some tasks read, and those that they give a value to. */
export interface Names {
  /** Each with whether it is read for sure: then somebody must define it. */
  readonly read: Map<string, boolean>
  readonly given: Set<string>
}

const EXPRESSIONS = ['when', 'changed_when', 'failed_when', 'until', 'that', 'var', 'break_when']

/** Names that every task has, beside `ansible_*`. */
const MAGIC = new Set([
  ...['inventory_hostname', 'inventory_hostname_short', 'inventory_file', 'inventory_dir', 'playbook_dir'],
  ...['group_names', 'groups', 'hostvars', 'role_name', 'role_path', 'role_names', 'play_hosts', 'vars'],
  ...['environment', 'omit', 'item', 'playscript_version'],
])

/** No names yet. */
export function noNames(): Names {
  return { read: new Map(), given: new Set() }
}

/** Adds the names in a value: a list of tasks, variables, whatever holds templates and conditions. */
export function collectNames(value: unknown, into: Names): Names {
  visit(value, undefined, into)
  return into
}

/** The names that nobody gives a value to, as far as can be told: sorted, certain ones true. */
export function missingNames(
  { read, given }: Names,
  known: ReadonlySet<string>,
): ReadonlyMap<string, boolean> {
  const missing = [...read].filter(
    ([name]) => !given.has(name) && !known.has(name) && !MAGIC.has(name) && !name.startsWith('ansible_'),
  )
  return new Map(missing.sort(([one], [other]) => (one < other ? -1 : 1)))
}

function visit(value: unknown, key: string | undefined, into: Names): void {
  if (typeof value === 'string') readText(value, key, into)
  else if (Array.isArray(value)) for (const one of value) visit(one, key, into)
  else if (isDictionary(value)) {
    collectGiven(value, into.given)
    for (const [name, one] of Object.entries(value)) visit(one, name, into)
  }
}

function collectGiven(entry: Readonly<Record<string, unknown>>, given: Set<string>): void {
  for (const name of [entry.register, entry.loop_var, entry.index_var])
    if (typeof name === 'string') given.add(name)
  for (const names of [entry.vars, entry.set_fact])
    if (isDictionary(names)) for (const name of Object.keys(names)) given.add(name)
  const included = entry.include_vars
  if (isDictionary(included) && typeof included.name === 'string') given.add(included.name)
}

const templar = createTemplar({})

function readText(text: string, key: string | undefined, { read }: Names): void {
  const isExpression = key !== undefined && EXPRESSIONS.includes(key)
  if (!isExpression && !templar.isTemplate(text)) return
  try {
    const { names, certain } = templar.variables(text, isExpression ? 'expression' : 'template')
    for (const name of names) read.set(name, read.get(name) === true || certain.includes(name))
  } catch {
    // What does not parse here is told when the playbook is checked; for the types it only means a name less.
  }
}
