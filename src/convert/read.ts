import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair } from 'yaml'
import { isDictionary } from '../core/values/dictionary.ts'
import { parseYaml } from '../core/yaml/parse.ts'
import { composeYaml } from '../core/yaml/syntax.ts'
import { type Anchor, attachComments } from './comments.ts'
import {
  type Document,
  type Entry,
  type Item,
  NO_NOTES,
  type ScalarValue,
  type Tree,
  treeOf,
} from './tree.ts'

/**
 * Reads a YAML file with its comments and blank lines. The values are those that loading the file gives.
 * @throws {YamlError} as `parseYaml` does
 */
export function readDocument(text: string, file: string): Document {
  const { data } = parseYaml(text, file)
  const lines = new LineCounter()
  const document = composeYaml(text, lines)
  if ('offset' in document) throw new Error('unreachable: the text was parsed above')
  const anchors: Anchor[] = []
  const reader = { text, lines, anchors }
  const draft = read(document.contents as Node | null, data, reader)
  return attachComments(text, draft, anchors)
}

/** A tree whose entries' notes are still to be found: each is known by its anchor's number. */
interface Reader {
  readonly text: string
  readonly lines: LineCounter
  readonly anchors: Anchor[]
}

function read(node: Node | null, data: unknown, reader: Reader): Tree {
  if (node === null || isAlias(node)) return treeOf(data)
  if (isSeq(node) && Array.isArray(data)) {
    const items = node.items.map((item, index): Item => {
      const start = startOfItem(item as Node, reader.text, node.flow === true)
      return readEntry(start, item as Node, data[index], reader)
    })
    return { kind: 'list', items, end: [] }
  }
  if (isMap(node) && isDictionary(data)) return readMap(node.items, data, reader)
  if (isScalar(node) && typeof data !== 'object') {
    const written = reader.text.slice(node.range?.[0] ?? 0, node.range?.[1] ?? 0)
    const folded = typeof data === 'string' && written.trim().includes('\n') && node.type !== 'BLOCK_LITERAL'
    return {
      kind: 'scalar',
      value: data as ScalarValue,
      ...(folded ? { wrapped: true } : {}),
      ...(typeof data === 'number' ? { written } : {}),
    }
  }
  return treeOf(data)
}

function readMap(pairs: readonly Pair[], data: Readonly<Record<string, unknown>>, reader: Reader): Tree {
  const entries: Entry[] = []
  for (const { key, value } of pairs) {
    const name = isScalar(key) ? keyOf(key.value, data) : undefined
    if (name === undefined) continue
    const start = (key as Node).range?.[0] ?? 0
    entries.push({ ...readEntry(start, value as Node | null, data[name], reader), key: name })
  }
  // Entries that a merge key (`<<`) brings in have no place of their own.
  const own = new Set(entries.map((one) => one.key))
  const merged = Object.keys(data).filter((name) => !own.has(name))
  return {
    kind: 'dict',
    entries: [...entries, ...merged.map((key) => ({ key, value: treeOf(data[key]), notes: NO_NOTES }))],
    end: [],
  }
}

// The parser gives keys as text: `yes:` is the key 'true' there, as it is in Ansible's dictionaries.
function keyOf(written: unknown, data: Readonly<Record<string, unknown>>): string | undefined {
  const text = String(written)
  if (Object.hasOwn(data, text)) return text
  const { data: parsed } = parseYaml(text === '' ? '~' : text, '')
  const name = parsed === null ? '' : String(parsed)
  return Object.hasOwn(data, name) ? name : undefined
}

// Reads an entry's value and notes where it stands, before what is inside it.
function readEntry(start: number, node: Node | null, data: unknown, reader: Reader): Item & { id: number } {
  const { lines, anchors } = reader
  const { line, col } = lines.linePos(start)
  const end = Math.max(start, (node?.range?.[1] ?? start + 1) - 1)
  const id = anchors.length
  const inside = node === null || isAlias(node) ? start : (node.range?.[0] ?? start)
  anchors.push({
    line,
    column: col,
    endLine: lines.linePos(end).line,
    insideLine: lines.linePos(inside).line,
    collection: node !== null && (isMap(node) || isSeq(node)),
  })
  return { value: read(node, data, reader), notes: NO_NOTES, line, id }
}

function startOfItem(node: Node | null, text: string, flow: boolean): number {
  const start = node?.range?.[0] ?? 0
  if (flow) return start
  const dash = text.lastIndexOf('-', start)
  return dash !== -1 && /^-\s*$/.test(text.slice(dash, start)) ? dash : start
}
