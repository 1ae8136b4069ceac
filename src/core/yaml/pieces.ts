/**
 * Where a long document can be cut. The syntax tree of a text takes fifty times the text's memory, so a document
 * whose entries fill megabytes is read a few entries at a time: block mappings are cut between two of their keys,
 * which shows in the indentation. What cannot be cut this way is left to the parser as a whole.
 */

/**
 * A run of whole entries of one mapping, or the line with the key of an entry whose value, a mapping, follows in pieces
 * (no line for the document itself), or the end of such a mapping.
 */
export type Piece =
  | { readonly kind: 'entries'; readonly from: number; readonly to: number }
  | { readonly kind: 'open'; readonly from: number; readonly to: number; readonly offset: number }
  | { readonly kind: 'close' }

/** Documents that are shorter are read at once. */
export const LONG = 1 << 16
/** Entries are collected up to about this many characters. */
const PIECE = 1 << 14
/** Mappings inside mappings that are cut: each level looks at its lines once more. */
const DEEPEST = 8

/** A plain or quoted key on one line, and, in a group, the rest of the line if nothing but a comment follows. */
const KEY =
  /(?:[A-Za-z0-9_./](?:[^\s:]|:(?!\s|$))*|"[^"\\\n]*"|'[^'\n]*'):(?=[ \r\n]|$)(?:([ ]*(?:[ ]#[^\n]*)?\r?)$|)/my
const HEAD = /(?:[ ]*(?:#[^\n]*)?\r?\n)*(?:---[ ]*(?:#[^\n]*)?\r?\n)?/y
const TAIL = /\n\.\.\.\s*$/

/** Thrown for a document that cannot be cut safely. */
export class NotCut extends Error {}

/**
 * The pieces of a document that is one block mapping, in order; together they are its text.
 * @throws {NotCut} as soon as a line is not sure to be what it looks like
 */
export function* piecesOf(text: string): Generator<Piece> {
  // A carriage return alone ends a line in some places and not in others.
  if (/\r(?!\n)/.test(text)) throw new NotCut()
  HEAD.lastIndex = 0
  const from = HEAD.exec(text)?.[0].length ?? 0
  const tail = TAIL.exec(text.slice(-100))
  const to = tail === null ? text.length : text.length - tail[0].length + 1
  const first = mappingIn(text, from, to)
  if (first === undefined) throw new NotCut()
  yield { kind: 'open', from, to: from, offset: first.start + first.indent }
  yield* entriesOf(text, from, to, first.indent, 0)
  yield { kind: 'close' }
}

/** An entry that began, and what is known of it. */
interface Entry {
  readonly start: number
  /** The line after the key's. */
  readonly below: number
  /** Whether nothing follows the key on its line. */
  readonly opens: boolean
}

/** The entries of the mapping between two offsets, whose keys are indented alike. */
function* entriesOf(text: string, from: number, to: number, indent: number, depth: number): Generator<Piece> {
  let piece = from
  let entry: Entry | undefined
  for (let start = from; start <= to; ) {
    const line = start < to ? lineAt(text, start, to) : undefined
    const next = line === undefined ? undefined : entryAt(text, line, indent, entry !== undefined)
    if (line !== undefined && next === undefined) {
      start = line.end
      continue
    }
    if (entry !== undefined) {
      const long = start - entry.start > PIECE && entry.opens && depth < DEEPEST
      const first = long ? mappingIn(text, entry.below, start) : undefined
      if (first !== undefined) {
        if (piece < entry.start) yield { kind: 'entries', from: piece, to: entry.start }
        yield { kind: 'open', from: entry.start, to: entry.below, offset: first.start + first.indent }
        yield* entriesOf(text, entry.below, start, first.indent, depth + 1)
        yield { kind: 'close' }
        piece = start
      } else if (start - piece > PIECE || line === undefined) {
        yield { kind: 'entries', from: piece, to: start }
        piece = start
      }
    }
    entry = next
    start = line?.end ?? to + 1
  }
}

/** What a line of a mapping begins: an entry, or nothing when it belongs to the entry above. */
function entryAt(text: string, line: Line, indent: number, inside: boolean): Entry | undefined {
  if (line.blank) return undefined
  if (line.indent > indent && inside) return undefined
  const key = line.indent === indent ? keyOf(text, line) : undefined
  if (key !== undefined) return { start: line.start, below: line.end, opens: key[1] !== undefined }
  // A list may be indented like the key that it belongs to.
  if (
    inside &&
    line.indent === indent &&
    /^- /.test(text.slice(line.start + indent, line.start + indent + 2))
  )
    return undefined
  throw new NotCut()
}

/** The first line that says something, when it is a key: then the lines are a mapping. */
function mappingIn(text: string, from: number, to: number): Line | undefined {
  for (let start = from; start < to; ) {
    const line = lineAt(text, start, to)
    if (!line.blank) return keyOf(text, line) === undefined ? undefined : line
    start = line.end
  }
  return undefined
}

interface Line {
  readonly start: number
  /** Where the next line starts. */
  readonly end: number
  readonly indent: number
  /** Whether it holds nothing but a comment. */
  readonly blank: boolean
}

function lineAt(text: string, start: number, to: number): Line {
  const newline = text.indexOf('\n', start)
  let at = start
  while (text[at] === ' ') at += 1
  const blank = at >= to || /[\r\n#]/.test(text.charAt(at))
  return { start, end: newline < 0 ? to : newline + 1, indent: at - start, blank }
}

function keyOf(text: string, { start, indent }: Line): RegExpExecArray | undefined {
  KEY.lastIndex = start + indent
  return KEY.exec(text) ?? undefined
}
