import type { LineCounter, Node } from 'yaml'
import type { Sliced } from '../slices.ts'
import { NotCut, type Piece, piecesOf } from './pieces.ts'
import { composeYaml } from './syntax.ts'

/** An entry of a mapping in the syntax tree. */
export interface Pair {
  readonly key: Node | null
  readonly value: Node | null
}

/** Makes the value of a mapping, entry by entry. */
export interface MappingBuilder<Draft, Key> {
  open(offset: number): Draft
  /** Notes a key, and returns its value. */
  key(draft: Draft, key: Node | null): Key
  value(draft: Draft, key: Key, value: unknown): void
  /** A key with its value, or a merge. */
  add(draft: Draft, pair: Pair, tag?: string): void
  close(draft: Draft): object
}

/**
 * Reads a document piece by piece, and yields after each. The syntax tree of a piece is garbage when the next is read.
 * @param lines learns where each line starts
 * @returns the document's value
 * @throws {NotCut} for a document that cannot be read so, or that has a mistake
 */
export function* readPieces<Draft, Key>(
  text: string,
  lines: LineCounter,
  build: MappingBuilder<Draft, Key>,
): Sliced<object> {
  lines.addNewLine(0)
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines.addNewLine(end + 1)
  const around: { draft: Draft; key: Key | undefined }[] = []
  for (const piece of piecesOf(text)) {
    const inner = around.at(-1)
    if (piece.kind === 'open') {
      const [pair] = inner === undefined ? [] : pairsOf(text, piece)
      const key = inner && pair && build.key(inner.draft, pair.key)
      around.push({ draft: build.open(piece.offset), key })
    } else if (inner !== undefined && piece.kind === 'entries') {
      for (const pair of pairsOf(text, piece)) build.add(inner.draft, pair)
      yield
    } else if (inner !== undefined) {
      const value = build.close(inner.draft)
      around.pop()
      const outer = around.at(-1)
      if (outer === undefined) return value
      build.value(outer.draft, inner.key as Key, value)
    }
  }
  throw new NotCut()
}

function pairsOf(text: string, { from, to }: Exclude<Piece, { kind: 'close' }>): readonly Pair[] {
  const document = composeYaml(text.slice(from, to), undefined, from)
  const items = 'offset' in document ? undefined : (document.contents as { items?: unknown } | null)?.items
  if (!Array.isArray(items)) throw new NotCut()
  return items
}
