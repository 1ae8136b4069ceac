import { str } from '../core/values/text.ts'
import { PyFloat } from '../core/values/types.ts'
import { keyText, piecesOf, quoteText, templateLiteral } from './strings.ts'
import { type Entry, type Item, type Notes, type Tree, treeOf } from './tree.ts'

const WIDTH = 110
const STEP = '  '
/** A text never goes below a key of at most so many characters, its colon included: that would gain nothing. */
const SHORT_KEY = 5

/** Where a value is printed: after how many characters, how far its lines are indented, and what follows it. */
interface Place {
  readonly indent: string
  readonly column: number
  readonly tail: number
  /** The value stands behind a key, not in a list. */
  readonly keyed?: boolean
}

/**
 * Prints a value as a TypeScript expression, laid out as the project's formatter lays it out: on one line where it
 * fits in 110 characters, else an entry a line.
 * @param column how many characters stand before it on its line
 * @param tail how many characters follow it on its last line
 */
export function printTree(tree: Tree, { column = 0, tail = 0, indent = '' } = {}): string {
  return print(tree, { indent, column, tail })
}

/** Comment lines, each with its line break. */
export function printComments(lines: readonly string[], indent = ''): string {
  return lines.map((line) => (line === '' ? '\n' : `${indent}//${line}\n`)).join('')
}

function print(tree: Tree, place: Place): string {
  const line = flat(tree)
  if (line !== undefined && place.column + line.length + place.tail <= WIDTH) return line
  if (tree.kind === 'scalar' && isMap(tree.value)) return printMap(tree.value, place.indent)
  if (tree.kind === 'scalar') return printScalar(tree.value, tree.wrapped === true, place)
  if (tree.kind === 'cast') {
    const suffix = ` as ${tree.type}`
    return print(tree.value, { ...place, tail: place.tail + suffix.length }) + suffix
  }
  const inner = place.indent + STEP
  const list = tree.kind === 'list' ? tree.items : tree.entries
  const [open, close] = tree.kind === 'list' ? '[]' : '{}'
  if (tree.kind === 'list' && isNumbers(list)) return fill(list, inner, place.indent)
  const rows = list.map((item, index) => printRow(item, index > 0, inner))
  return `${open}\n${rows.join('')}${printComments(tree.end, inner)}${place.indent}${close}`
}

function printRow(item: Item | Entry, blankAllowed: boolean, indent: string): string {
  const { notes, value } = item
  const blank = blankAllowed && notes.blank ? '\n' : ''
  const after = notes.after === undefined ? '' : ` //${notes.after}`
  const key = 'key' in item ? `${keyText(item.key)}:` : ''
  return `${blank}${printComments(notes.before, indent)}${indent}${property(key, value, indent)},${after}\n`
}

function property(key: string, value: Tree, indent: string): string {
  const column = indent.length + (key === '' ? 0 : key.length + 1)
  if (key === '') return print(value, { indent, column, tail: 1 })
  const onLine = flat(value)
  const fits = onLine !== undefined && column + onLine.length + 1 <= WIDTH
  const wraps = value.kind === 'scalar' && value.wrapped === true
  if (fits || !movesDown(value) || (key.length <= SHORT_KEY && !wraps)) {
    return `${key} ${print(value, { indent, column, tail: 1, keyed: true })}`
  }
  const below = indent + STEP
  return `${key}\n${below}${print(value, { indent: below, column: below.length, tail: 1, keyed: true })}`
}

function movesDown(value: Tree): boolean {
  return value.kind === 'scalar' && typeof value.value === 'string' && !isTall(value.value)
}

function printScalar(value: unknown, wrapped: boolean, { indent, keyed }: Place): string {
  if (typeof value !== 'string') return literal(value)
  if (isTall(value)) return templateLiteral(value)
  // One expression must stay one literal: its type tells that it is a template.
  if (!wrapped || value.trimStart().startsWith('{{')) return quoteText(value)
  const inner = keyed ? indent : indent + STEP
  return piecesOf(value, WIDTH - inner.length - 2)
    .map(quoteText)
    .join(` +\n${inner}`)
}

/** The value on one line; undefined when comments or line breaks in it forbid that. */
function flat(tree: Tree): string | undefined {
  if (tree.kind === 'scalar') {
    if (isMap(tree.value) && tree.value.size > 1) return undefined
    return typeof tree.value === 'string' && isTall(tree.value) ? undefined : literal(tree.value)
  }
  if (tree.kind === 'cast') {
    const inside = flat(tree.value)
    return inside === undefined ? undefined : `${inside} as ${tree.type}`
  }
  const list = tree.kind === 'list' ? tree.items : tree.entries
  if (tree.end.length > 0 || list.some(({ notes }) => isNoted(notes))) return undefined
  if (tree.kind === 'list' && mustBreak(tree.items)) return undefined
  const parts: string[] = []
  for (const item of list) {
    const text = flat(item.value)
    if (text === undefined) return undefined
    parts.push('key' in item ? `${keyText(item.key as string)}: ${text}` : text)
  }
  if (parts.length === 0) return tree.kind === 'list' ? '[]' : '{}'
  return tree.kind === 'list' ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`
}

// Several objects, or several lists, of more than one entry each are never on one line.
function mustBreak(items: readonly Item[]): boolean {
  const [first] = items
  if (items.length < 2 || first === undefined) return false
  return items.every(({ value }) => value.kind === first.value.kind && sizeOf(value) > 1)
}

function sizeOf(value: Tree): number {
  if (value.kind === 'list') return value.items.length
  return value.kind === 'dict' ? value.entries.length : 0
}

function isNoted({ before, after }: Notes): boolean {
  return before.length > 0 || after !== undefined
}

function isTall(text: string): boolean {
  return text.replace(/\n$/, '').includes('\n')
}

function literal(value: unknown): string {
  if (typeof value === 'string') return quoteText(value)
  if (typeof value === 'object' && value !== null) return pythonLiteral(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'number') return String(value)
  if (Number.isNaN(value)) return 'Number.NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Number.POSITIVE_INFINITY' : 'Number.NEGATIVE_INFINITY'
  return String(value).replace('e+', 'e')
}

/** What TypeScript has no literal for: a whole float is written as a template, a dictionary of any keys as a Map. */
function pythonLiteral(value: object): string {
  if (value instanceof PyFloat) return quoteText(`{{ ${String(value)} }}`)
  if (!(value instanceof Map)) return quoteText(str(value))
  const pairs = [...value].map(
    ([key, item]) => `[${literal(key)}, ${flat(treeOf(item)) ?? literal(str(item))}]`,
  )
  return `new Map<unknown, unknown>([${pairs.join(', ')}])`
}

function isMap(value: unknown): value is Map<unknown, unknown> {
  return value instanceof Map
}

function printMap(map: Map<unknown, unknown>, indent: string): string {
  const inner = indent + STEP
  const rows = [...map].map(([key, item]) => {
    const head = `${inner}[${literal(key)}, `
    return `${head}${print(treeOf(item), { indent: inner, column: head.length, tail: 2 })}],\n`
  })
  return `new Map<unknown, unknown>([\n${rows.join('')}${indent}])`
}

function isNumbers(items: readonly Item[]): boolean {
  return items.every(
    ({ value, notes }) => value.kind === 'scalar' && Number.isFinite(value.value) && !isNoted(notes),
  )
}

// Numbers are set as running text.
function fill(items: readonly Item[], indent: string, outer: string): string {
  const rows: string[] = []
  let row = indent
  for (const { value } of items) {
    const text = `${value.kind === 'scalar' ? literal(value.value) : ''},`
    if (row !== indent && row.length + 1 + text.length > WIDTH) {
      rows.push(row)
      row = indent
    }
    row += row === indent ? text : ` ${text}`
  }
  return `[\n${[...rows, row].join('\n')}\n${outer}]`
}
