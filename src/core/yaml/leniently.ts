import type { Document, Node } from 'yaml'
import { yaml } from './library.ts'

/**
 * Indents a quoted scalar, or a list or mapping in brackets, whose lines are not indented past its key: libyaml reads
 * it, and YAML 1.2 forbids it. Inside, line breaks and the spaces around them only separate, so values and line
 * numbers stay the same.
 * @param offset the place of the parser's first error
 * @param message what the parser says of it
 * @returns undefined if the error is another one
 */
export function indentAsMeant(text: string, offset: number, message: string): string | undefined {
  const quote = /^Missing closing (["'])quote/.exec(message)?.[1]
  if (quote !== undefined) return indentQuoted(text, offset, quote)
  if (!/^Flow \w+ in block collection must be sufficiently indented/.test(message)) return undefined
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const before = text.lastIndexOf('\n', lineStart - 2) + 1
  const [indent = ''] = /^[ -]*/.exec(text.slice(before, lineStart)) ?? []
  const line = text.slice(lineStart).replace(/^ */, ' '.repeat(indent.length + 1))
  return lineStart === 0 ? undefined : text.slice(0, lineStart) + line
}

function indentQuoted(text: string, offset: number, quote: string): string | undefined {
  const lineEnd = text.indexOf('\n', offset - 1)
  const rest = text.slice(lineEnd + 1)
  const inside = (quote === '"' ? /^(?:\\[\s\S]|[^"\\])*"/ : /^(?:''|[^'])*'/).exec(rest)?.[0]
  // Without a closing quote the scalar would end with the text, or with the document.
  if (lineEnd === -1 || inside === undefined || /^(---|\.\.\.)(\s|$)/m.test(inside)) return undefined
  const lineStart = text.lastIndexOf('\n', lineEnd - 1) + 1
  const indented = inside.replace(/^(?=.*\S)/gm, ' '.repeat(lineEnd - lineStart + 1))
  return text.slice(0, lineEnd + 1) + indented + rest.slice(inside.length)
}

/** Takes away the line break that a block scalar got at the end of a text that does not end with one. */
export function withoutAddedBreak(documents: readonly Document.Parsed[]): readonly Document.Parsed[] {
  const { isCollection, isPair, isScalar } = yaml()
  let node: unknown = documents.at(-1)?.contents
  while (isCollection(node) && !('flow' in node && node.flow)) {
    const last: unknown = node.items.at(-1)
    node = (isPair(last) ? last.value : last) as Node | null
  }
  if (isScalar(node) && (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL'))
    node.value = String(node.value).replace(/\n$/, '')
  return documents
}
