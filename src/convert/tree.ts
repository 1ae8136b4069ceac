import { isDictionary } from '../core/values/dictionary.ts'

/** Comments and blank lines around an entry. */
export interface Notes {
  /** Lines above, without `#`; an empty text is a blank line between or after them. */
  readonly before: readonly string[]
  /** A comment behind the entry on its line. */
  readonly after?: string | undefined
  /** A blank line stands above it all. */
  readonly blank: boolean
}

export type ScalarValue = string | number | boolean | null

/** One value of a file on its way from YAML to TypeScript, with what people wrote around it. */
export type Tree =
  | Scalar
  | { readonly kind: 'list'; readonly items: readonly Item[]; readonly end: readonly string[] }
  | Dict
  | { readonly kind: 'cast'; readonly value: Tree; readonly type: string }

export interface Scalar {
  readonly kind: 'scalar'
  readonly value: ScalarValue
  /** Text that YAML had folded from several lines. */
  readonly wrapped?: boolean
  /** What stood in the file for a number. */
  readonly written?: string
}

export interface Dict {
  readonly kind: 'dict'
  readonly entries: readonly Entry[]
  /** Comments after the last entry. */
  readonly end: readonly string[]
}

export interface Item {
  readonly value: Tree
  readonly notes: Notes
  readonly line?: number
}

export interface Entry extends Item {
  readonly key: string
}

/** A whole file: its value, and the comments above it. */
export interface Document {
  readonly tree: Tree
  readonly header: readonly string[]
}

export const NO_NOTES: Notes = { before: [], blank: false }

/** A single value. */
export function scalar(value: ScalarValue): Tree {
  return { kind: 'scalar', value }
}

/** Wraps a value whose type the compiler cannot see, or that has another one. */
export function cast(value: Tree, type = 'never'): Tree {
  return value.kind === 'cast' ? value : { kind: 'cast', value, type }
}

/** The tree of plain data: no comments. */
export function treeOf(data: unknown): Tree {
  if (Array.isArray(data)) {
    return { kind: 'list', items: data.map((one) => ({ value: treeOf(one), notes: NO_NOTES })), end: [] }
  }
  if (isDictionary(data)) {
    const entries = Object.entries(data).map(([key, value]) => entry(key, treeOf(value)))
    return { kind: 'dict', entries, end: [] }
  }
  return scalar(data as ScalarValue)
}

/** The data of a tree. */
export function dataOf(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value
  if (tree.kind === 'cast') return dataOf(tree.value)
  if (tree.kind === 'list') return tree.items.map(({ value }) => dataOf(value))
  return Object.fromEntries(tree.entries.map(({ key, value }) => [key, dataOf(value)]))
}

/** A new entry of a dictionary; notes are taken over from the entry in whose place it stands. */
export function entry(key: string, value: Tree, from?: Item): Entry {
  return {
    key,
    value,
    notes: from?.notes ?? NO_NOTES,
    ...(from?.line === undefined ? {} : { line: from.line }),
  }
}

/** The value of a key, or undefined. */
export function valueAt(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'dict' ? tree.entries.find((one) => one.key === key)?.value : undefined
}

/** The text of a scalar that is text. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined
}

/** The same list or dictionary with each value changed. */
export function mapItems(tree: Tree, change: (value: Tree) => Tree): Tree {
  if (tree.kind === 'list') {
    return { ...tree, items: tree.items.map((item) => ({ ...item, value: change(item.value) })) }
  }
  if (tree.kind !== 'dict') return tree
  return { ...tree, entries: tree.entries.map((one) => ({ ...one, value: change(one.value) })) }
}

/** An entry with one more line of comment above it. */
export function remark<T extends Item>(item: T, line: string): T {
  return { ...item, notes: { ...item.notes, before: [...item.notes.before, ` ${line}`] } }
}
