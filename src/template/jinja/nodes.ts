import { type Node, type Nunjucks, nunjucks } from './nunjucks.ts'

/** Fields of the node kinds that nunjucks has none for, or has with another meaning. */
interface Kinds {
  Number: { readonly code: string; readonly float: boolean }
  Tuple: { readonly items: readonly Node[] }
  DictLiteral: { readonly pairs: readonly (readonly [key: Node, value: Node])[] }
  Attribute: { readonly target: Node; readonly name: string }
  Item: { readonly target: Node; readonly key: Node }
  Slice: { readonly target: Node; readonly bounds: readonly (Node | null)[] }
  Call: { readonly target: Node; readonly args: CallArguments }
  Pipe: { readonly target: Node; readonly name: string; readonly args: CallArguments }
  Test: { readonly target: Node; readonly name: string; readonly args: CallArguments }
  Chain: { readonly first: Node; readonly rest: readonly (readonly [operator: string, operand: Node])[] }
  Arithmetic: { readonly operator: string; readonly left: Node; readonly right: Node }
  Join: { readonly parts: readonly Node[] }
  Member: { readonly object: string; readonly name: string }
  Loop: {
    readonly targets: Node
    readonly iterable: Node
    readonly condition: Node | null
    readonly recursive: boolean
    readonly body: Node
    readonly otherwise: Node | null
  }
  Jump: { readonly word: 'break' | 'continue' }
  With: { readonly pairs: readonly (readonly [target: Node, value: Node])[]; readonly body: Node }
  Do: { readonly value: Node }
  Assign: { readonly target: Node; readonly value: Node }
  AssignBlock: { readonly target: Node; readonly body: Node; readonly filters: readonly Pending[] }
  FilterBlock: { readonly body: Node; readonly filters: readonly Pending[] }
  Definition: { readonly name: string; readonly parameters: readonly Parameter[]; readonly body: Node }
  CallBlock: { readonly call: Node; readonly parameters: readonly Parameter[]; readonly body: Node }
  NamedBlock: {
    readonly name: string
    readonly scoped: boolean
    readonly required: boolean
    readonly body: Node
  }
  Inclusion: { readonly template: Node; readonly ignoreMissing: boolean; readonly withContext: boolean }
  Importing: { readonly template: Node; readonly target: string; readonly withContext: boolean }
  FromImporting: {
    readonly template: Node
    readonly names: readonly (readonly [name: string, alias: string])[]
    readonly withContext: boolean
  }
}

/** Arguments of a call as written; spread ones are `*list` and `**dict`. */
export interface CallArguments {
  readonly positional: readonly { readonly value: Node; readonly spread: boolean }[]
  readonly named: readonly { readonly name: string | null; readonly value: Node }[]
}

/** A filter that waits for its value: those of `{% set x | upper %}`. */
export interface Pending {
  readonly name: string
  readonly args: CallArguments
  readonly lineno: number
  readonly colno: number
}

export interface Parameter {
  readonly name: string
  readonly fallback: Node | null
}

export type KindName = keyof Kinds
export type NodeOf<K extends KindName> = Node & Kinds[K]

/** Nodes of nunjucks' own that our parser uses as they are. */
export type SymbolNode = Node & { readonly value: string }
export type LiteralNode = Node & { readonly value: string | boolean | null }
export type BinaryNode = Node & { readonly left: Node; readonly right: Node }
export type UnaryNode = Node & { readonly target: Node }
export type InlineIfNode = Node & { readonly cond: Node; readonly body: Node; readonly else_: Node | null }
export type IfNode = InlineIfNode
export type ExtendsNode = Node & { readonly template: Node }

export const noArguments: CallArguments = { positional: [], named: [] }

type AnyClass = new (line: number, column: number, ...fields: unknown[]) => Node

const classes = new Map<string, AnyClass>()

/** Makes a node of one of our kinds at the place of a token or another node. */
export function make<K extends KindName>(
  kind: K,
  at: { lineno: number; colno: number },
  fields: Kinds[K],
): NodeOf<K> {
  let found = classes.get(kind)
  if (found === undefined) {
    found = nunjucks().nodes.Node.extend(kind, { fields: [] })
    classes.set(kind, found)
  }
  return Object.assign(new found(at.lineno, at.colno), fields)
}

/** Makes a node of one of nunjucks' kinds. */
export function plain<N extends Node>(
  kind: keyof Nunjucks['nodes'],
  at: { lineno: number; colno: number },
  ...fields: unknown[]
): N {
  const found = nunjucks().nodes[kind] as AnyClass
  return new found(at.lineno, at.colno, ...fields) as N
}

export function isKind<K extends KindName>(node: Node, kind: K): node is NodeOf<K> {
  return node.typename === kind
}

/** Every node below one, itself first, in the order of the source. */
export function* walk(node: unknown): Generator<Node> {
  if (Array.isArray(node)) {
    for (const one of node) yield* walk(one)
    return
  }
  if (typeof node !== 'object' || node === null) return
  if ('typename' in node) yield node as Node
  for (const field of Object.values(node)) if (typeof field === 'object') yield* walk(field)
}
