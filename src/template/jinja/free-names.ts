import { type BinaryNode, type InlineIfNode, isKind, type NodeOf, type SymbolNode, walk } from './nodes.ts'
import type { Node } from './nunjucks.ts'

/** Names that a template has without anybody defining them. */
const builtin: ReadonlySet<string> = new Set([
  ...['loop', 'self', 'super', 'caller', 'varargs', 'kwargs'],
  ...[
    'range',
    'dict',
    'namespace',
    'cycler',
    'joiner',
    'lipsum',
    'undef',
    'omit',
    'now',
    'lookup',
    'query',
    'q',
  ],
])

const askers: ReadonlySet<string> = new Set(['default', 'd', 'mandatory'])

/**
 * The names that a template reads from outside, as far as its text tells. A name that the template assigns
 * anywhere is left out, and one that any part asks about (`is defined`, `default`) is not certain.
 */
export function freeNames(root: Node): { names: string[]; certain: string[] } {
  const own = assigned(root)
  const asked = new Set<string>()
  for (const node of walk(root)) {
    if (isKind(node, 'Test') && ['defined', 'undefined'].includes(node.name)) addHead(node.target, asked)
    if (isKind(node, 'Pipe') && askers.has(node.name)) addHead(node.target, asked)
    if (isKind(node, 'Chain') && node.rest.some(([operator]) => operator.endsWith('in')))
      addText(node.first, asked)
  }
  const names = new Set<string>()
  for (const node of walk(root)) if (node.typename === 'Symbol') names.add((node as SymbolNode).value)
  const free = [...names].filter((name) => !own.has(name) && !builtin.has(name))
  const sure = new Set<string>()
  collectCertain(root, sure)
  return { names: free, certain: free.filter((name) => sure.has(name) && !asked.has(name)) }
}

function addHead(node: Node, into: Set<string>): void {
  if (node.typename === 'Symbol') into.add((node as SymbolNode).value)
  else if (isKind(node, 'Attribute') || isKind(node, 'Item')) addHead(node.target, into)
}

function addText(node: Node, into: Set<string>): void {
  if (node.typename === 'Literal') into.add(String((node as SymbolNode).value))
}

function assigned(root: Node): Set<string> {
  const names = new Set<string>()
  const add = (target: Node): void => {
    for (const node of walk(target)) if (node.typename === 'Symbol') names.add((node as SymbolNode).value)
  }
  for (const node of walk(root)) {
    if (isKind(node, 'Loop')) add(node.targets)
    if (isKind(node, 'Assign') || isKind(node, 'AssignBlock')) add(node.target)
    if (isKind(node, 'With')) for (const [target] of node.pairs) add(target)
    if (isKind(node, 'Definition')) names.add(node.name)
    if (isKind(node, 'Definition') || isKind(node, 'CallBlock'))
      for (const { name } of node.parameters) names.add(name)
    if (isKind(node, 'Importing')) names.add(node.target)
    if (isKind(node, 'FromImporting')) for (const [, alias] of node.names) names.add(alias)
  }
  return names
}

/** Parts that run only under some condition, by kind of node: their names are not certain to be read. */
const conditional: Readonly<Record<string, (node: Node) => readonly (Node | null)[]>> = {
  InlineIf: (node) => [(node as InlineIfNode).cond],
  If: (node) => [(node as InlineIfNode).cond],
  Or: (node) => [(node as BinaryNode).left],
  And: (node) => [(node as BinaryNode).left],
  Loop: (node) => [(node as NodeOf<'Loop'>).iterable],
  Definition: () => [],
  CallBlock: (node) => [(node as NodeOf<'CallBlock'>).call],
  NamedBlock: () => [],
}

/** Filters that may never look at their arguments. */
const lazy: ReadonlySet<string> = new Set(['ternary', 'default', 'd'])

function collectCertain(node: unknown, into: Set<string>): void {
  if (Array.isArray(node)) {
    for (const one of node) collectCertain(one, into)
  } else if (typeof node === 'object' && node !== null) {
    const kind = 'typename' in node ? String(node.typename) : ''
    const parts = Object.hasOwn(conditional, kind) ? conditional[kind] : undefined
    if (kind === 'Symbol') into.add((node as SymbolNode).value)
    else if (parts !== undefined) collectCertain(parts(node as Node), into)
    else if (isKind(node as Node, 'Pipe') && lazy.has((node as NodeOf<'Pipe'>).name)) {
      collectCertain((node as NodeOf<'Pipe'>).target, into)
    } else for (const field of Object.values(node)) collectCertain(field, into)
  }
}
