import type { CST, Document, LineCounter } from 'yaml'
import { indentAsMeant, withoutAddedBreak } from './leniently.ts'
import { yaml } from './library.ts'

/** Deeper documents are nobody's inventory, and the composer, which recurses, would exhaust the stack. */
const DEEPEST = 500

const OPTIONS = { version: '1.1', schema: 'failsafe', uniqueKeys: false, prettyErrors: false } as const

/** A mistake in the syntax; the offset counts from the start of the text. */
export interface SyntaxMistake {
  readonly offset: number
  readonly message: string
}

/**
 * Builds the syntax tree of a text that holds one YAML document; scalars stay text.
 * @param lines learns where each line starts
 * @param base offset of the text in the file, when it is a part of one
 * @returns the document, or the first mistake
 */
export function composeYaml(text: string, lines?: LineCounter, base = 0): Document.Parsed | SyntaxMistake {
  const documents = composeDocuments(text, lines, base)
  if ('offset' in documents) return documents
  const [document, second] = documents
  if (document === undefined) return { offset: 0, message: 'holds no document' }
  if (second === undefined) return document
  return { offset: second.range[0], message: 'holds several YAML documents; one is allowed' }
}

/** The same for a text of any number of documents. What libyaml reads, and YAML 1.2 forbids, is no mistake. */
export function composeDocuments(
  text: string,
  lines?: LineCounter,
  base = 0,
): readonly Document.Parsed[] | SyntaxMistake {
  let result = composeOnce(text, lines, base)
  let current = text
  for (let rounds = 0; 'offset' in result && rounds < MOST_ROUNDS; rounds += 1) {
    const indented = indentAsMeant(current, result.offset - base, result.message)
    if (indented === undefined) break
    current = indented
    result = composeAgain(current, lines, base)
  }
  // What is still wrong is wrong in the text as it is written.
  return 'offset' in result && current !== text ? composeAgain(text, lines, base) : result
}

// Each round indents one quoted scalar, or one line of a list or mapping in brackets.
const MOST_ROUNDS = 100

function composeAgain(
  text: string,
  lines: LineCounter | undefined,
  base: number,
): ReturnType<typeof composeOnce> {
  if (lines !== undefined) lines.lineStarts = []
  return composeOnce(text, lines, base)
}

function composeOnce(
  text: string,
  lines: LineCounter | undefined,
  base: number,
): readonly Document.Parsed[] | SyntaxMistake {
  try {
    const composer = new (yaml().Composer)(OPTIONS)
    const documents = [...composer.compose(tokens(text, lines, base), true, base + text.length)]
    const error = documents.flatMap((document) => document.errors)[0]
    if (error !== undefined) return { offset: error.pos[0], message: explain(error.message) }
    return text.endsWith('\n') ? documents : withoutAddedBreak(documents)
  } catch (error) {
    if (error instanceof TooDeep) return { offset: error.offset, message: 'is nested too deeply' }
    throw error
  }
}

class TooDeep extends Error {
  readonly offset: number

  constructor(offset: number) {
    super()
    this.offset = offset
  }
}

function* tokens(text: string, lines: LineCounter | undefined, base: number): Generator<CST.Token> {
  const { Lexer, Parser } = yaml()
  const parser = new Parser(lines?.addNewLine)
  parser.offset = base
  lines?.addNewLine(base)
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > DEEPEST) throw new TooDeep(parser.offset)
  }
  yield* parser.end()
}

function explain(message: string): string {
  return /\btabs?\b/i.test(message) ? `${message} (indent with spaces)` : message
}
