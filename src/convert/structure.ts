import { readPairs } from '../playbook/pairs.ts'
import type { Structure } from '../playbook/types.ts'
import { fitKeyword, literalBoolean } from './fit-keyword.ts'
import { cast, dataOf, type Entry, entry, scalar, type Tree, textOf, treeOf, valueAt } from './tree.ts'

/** How the names of task files change: `install.yml` may have become `install.ts`. */
export type Rename = (name: string) => string

const FILES_OF_ROLES = ['tasks_from', 'handlers_from', 'vars_from', 'defaults_from']

const OPTIONS_TYPED: Readonly<Record<string, readonly string[]>> = {
  import_tasks: ['file'],
  include_tasks: ['file', 'apply'],
  import_role: ['name', ...FILES_OF_ROLES],
  include_role: ['name', 'public', 'apply', ...FILES_OF_ROLES],
}

const META_TYPED: Readonly<Record<NonNullable<Structure<unknown>['meta']>, true>> = {
  flush_handlers: true,
  end_play: true,
  end_batch: true,
  end_host: true,
  end_role: true,
  clear_facts: true,
  clear_host_errors: true,
  reset_connection: true,
  noop: true,
}

/**
 * The value of an import, an include or `meta`: short forms taken apart, files named as they are named now.
 * @param key `import_tasks`, `include_tasks`, `import_role`, `include_role` or `meta`
 */
export function convertStructure(key: string, value: Tree, args: Entry | undefined, rename: Rename): Tree {
  if (key === 'meta') return Object.hasOwn(META_TYPED, String(dataOf(value))) ? value : cast(value)
  const files = key.endsWith('_tasks')
  const given = withArgs(optionsOf(key, value, files), args, files ? 'file' : 'name')
  const text = textOf(given)
  if (text !== undefined && files) return scalar(rename(text))
  if (given.kind !== 'dict') return cast(given)
  const named = {
    ...given,
    entries: given.entries.map((one) => ({ ...one, value: renamed(one, files, rename) })),
  }
  const typed = OPTIONS_TYPED[key] ?? []
  const isNamed = textOf(valueAt(named, files ? 'file' : 'name')) !== undefined
  return isNamed && named.entries.every((one) => typed.includes(one.key)) ? named : cast(named)
}

function renamed(one: Entry, files: boolean, rename: Rename): Tree {
  const text = textOf(one.value)
  if (one.key === 'apply' && one.value.kind === 'dict') {
    return { ...one.value, entries: one.value.entries.flatMap((part) => fitKeyword(part, 'task')) }
  }
  if (one.key === 'public' && text !== undefined) return literalBoolean(one.value)
  if (text === undefined) return one.value
  if (files && one.key === 'file') return scalar(rename(text))
  // Without its ending the name finds the file in either language.
  return FILES_OF_ROLES.includes(one.key) ? scalar(text.replace(/\.ya?ml$/, '')) : one.value
}

function optionsOf(key: string, value: Tree, files: boolean): Tree {
  const text = textOf(value)
  if (text === undefined) return value
  const pairs = readPairs(text)
  if (pairs !== undefined && Object.keys(pairs).length > 0) return treeOf(pairs)
  // `import_tasks: file.yml` stays one word; a role's options are always a dictionary.
  return files || key === 'meta' ? value : treeOf({ name: text })
}

function withArgs(value: Tree, args: Entry | undefined, name: string): Tree {
  if (args === undefined || args.value.kind !== 'dict') return value
  const own = value.kind === 'dict' ? value.entries : [entry(name, value)]
  const more = args.value.entries.filter(({ key }) => own.every((one) => one.key !== key))
  return { kind: 'dict', entries: [...own, ...more], end: [] }
}
