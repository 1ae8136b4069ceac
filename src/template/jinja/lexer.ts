import { EvaluationError } from '../../core/values/types.ts'
import type { Nunjucks, Token, TokenSource } from './nunjucks.ts'
import type { Syntax } from './syntax.ts'

const expressionTokens = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<float>(?<![.\w])(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+))`,
    String.raw`(?<int>0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*)`,
    String.raw`(?<symbol>[\p{L}\p{N}_]+)`,
    String.raw`(?<string>'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")`,
    String.raw`(?<operator>\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;])`,
  ].join('|'),
  'yisu',
)

const kinds: Readonly<Record<string, string>> = {
  '(': 'TOKEN_LEFT_PAREN',
  ')': 'TOKEN_RIGHT_PAREN',
  '[': 'TOKEN_LEFT_BRACKET',
  ']': 'TOKEN_RIGHT_BRACKET',
  '{': 'TOKEN_LEFT_CURLY',
  '}': 'TOKEN_RIGHT_CURLY',
  ',': 'TOKEN_COMMA',
  ':': 'TOKEN_COLON',
  '~': 'TOKEN_TILDE',
  '|': 'TOKEN_PIPE',
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** The patterns of one set of delimiters and white space rules. */
function patterns(syntax: Syntax) {
  const [block, blockEnd] = [literal(syntax.block_start_string), literal(syntax.block_end_string)]
  const [variable, variableEnd] = [literal(syntax.variable_start_string), literal(syntax.variable_end_string)]
  const [comment, commentEnd] = [literal(syntax.comment_start_string), literal(syntax.comment_end_string)]
  const trim = syntax.trim_blocks ? '\\n?' : ''
  const starts = [
    { name: 'comment', text: comment },
    { name: 'block', text: block },
    { name: 'variable', text: variable },
  ].sort((a, b) => b.text.length - a.text.length)
  const tag = starts.map(({ name, text }) => `(?<${name}>${text}(?<${name}Sign>[-+]?))`).join('|')
  const [line, lineComment] = [literal(syntax.line_statement_prefix), literal(syntax.line_comment_prefix)]
  const lines = [
    ...(line === '' ? [] : [`(?<line>^[ \\t\\v]*${line}(?<lineSign>[-+]?))`]),
    ...(lineComment === '' ? [] : [`(?<lineComment>(?:^|(?<=\\S))[^\\S\\r\\n]*${lineComment}.*)`]),
  ]
  const end = `(?:\\+${blockEnd}|-${blockEnd}\\s*|${blockEnd}${trim})`
  return {
    next: new RegExp(
      [`(?<raw>${block}(?<rawSign>[-+]?)\\s*raw\\s*(?:-${blockEnd}\\s*|${blockEnd}))`, ...lines, tag].join(
        '|',
      ),
      'gmu',
    ),
    line: /:?\s*(?:\n|$)/muy,
    block: new RegExp(end, 'yu'),
    variable: new RegExp(`-${variableEnd}\\s*|${variableEnd}`, 'yu'),
    comment: new RegExp(`(?:\\+${commentEnd}|-${commentEnd}\\s*|${commentEnd}${trim})`, 'gu'),
    endraw: new RegExp(`${block}(?<sign>[-+]?)\\s*endraw\\s*${end}`, 'gu'),
  }
}

/**
 * Cuts a template into nunjucks' tokens by Jinja2's rules: braces nest, `-` and `+` beside a delimiter,
 * `trim_blocks` also after comments, `lstrip_blocks`, raw blocks, numbers and names as in Python.
 */
export class Lexer implements TokenSource {
  readonly tags: TokenSource['tags']
  readonly #source: string
  readonly #syntax: Syntax
  readonly #types: Nunjucks['lexer']
  readonly #patterns: ReturnType<typeof patterns>
  readonly #queue: Token[] = []
  readonly #open: string[] = []
  #index = 0
  #mode: 'data' | 'block' | 'variable' | 'line' = 'data'
  #lineStarts: number[] = [0]

  /** @param mode `variable` starts inside an expression, for a bare one without delimiters */
  constructor(source: string, syntax: Syntax, types: Nunjucks['lexer'], mode: 'data' | 'variable' = 'data') {
    this.#source = source
    this.#syntax = syntax
    this.#types = types
    this.#mode = mode
    this.#patterns = patterns(syntax)
    this.tags = { VARIABLE_END: syntax.variable_end_string, COMMENT_END: syntax.comment_end_string }
    for (const { index } of source.matchAll(/\n/g)) this.#lineStarts.push(index + 1)
  }

  nextToken(): Token | null {
    while (this.#queue.length === 0) {
      const ends = this.#index >= this.#source.length
      if (ends && this.#mode !== 'line') return null
      if (ends) {
        // A line that is a block ends with the text, too.
        this.#mode = 'data'
        this.#push('TOKEN_BLOCK_END', '', this.#index)
      } else if (this.#mode === 'data') this.#readData()
      else this.#readCode()
    }
    return this.#queue.shift() ?? null
  }

  #push(type: string, value: string, at: number): void {
    const low = this.#lineOf(at)
    this.#queue.push({
      type: this.#types[type] ?? type,
      value,
      lineno: low,
      colno: at - (this.#lineStarts[low] ?? 0),
    })
  }

  #lineOf(at: number): number {
    let [low, high] = [0, this.#lineStarts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#lineStarts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return low
  }

  #readData(): void {
    const start = this.#index
    this.#patterns.next.lastIndex = start
    const match = this.#patterns.next.exec(this.#source)
    if (match === null) {
      this.#pushData(this.#source.slice(start), start)
      this.#index = this.#source.length
      return
    }
    const groups = match.groups ?? {}
    const sign =
      groups.rawSign ?? groups.blockSign ?? groups.variableSign ?? groups.commentSign ?? groups.lineSign ?? ''
    const strips = groups.variable === undefined && groups.line === undefined
    this.#pushData(this.#trimmed(this.#source.slice(start, match.index), start, sign, strips), start)
    this.#index = match.index + match[0].length
    if (groups.raw !== undefined) this.#readRaw()
    else if (groups.comment !== undefined) this.#readComment(match.index)
    else if (groups.lineComment === undefined) {
      this.#mode = groups.line !== undefined ? 'line' : groups.block === undefined ? 'variable' : 'block'
      const kind = this.#mode === 'variable' ? 'TOKEN_VARIABLE_START' : 'TOKEN_BLOCK_START'
      this.#push(kind, match[0], match.index)
    }
  }

  #pushData(text: string, at: number): void {
    const { newline_sequence: newline } = this.#syntax
    if (text !== '') this.#push('TOKEN_DATA', newline === '\n' ? text : text.replaceAll('\n', newline), at)
  }

  /** What remains of the text before a tag: `-` strips all white space, `lstrip_blocks` that of its line. */
  #trimmed(text: string, start: number, sign: string, strips: boolean): string {
    if (sign === '-') return text.trimEnd()
    if (sign === '+' || !strips || !this.#syntax.lstrip_blocks) return text
    const line = text.lastIndexOf('\n') + 1
    const fromLineStart = line > 0 || start === 0 || this.#source[start - 1] === '\n'
    return fromLineStart && /^\s*$/.test(text.slice(line)) ? text.slice(0, line) : text
  }

  #readComment(at: number): void {
    this.#patterns.comment.lastIndex = this.#index
    const end = this.#patterns.comment.exec(this.#source)
    if (end === null) this.#fail('Missing end of comment tag', at)
    this.#index = end.index + end[0].length
  }

  #readRaw(): void {
    const start = this.#index
    this.#patterns.endraw.lastIndex = start
    const end = this.#patterns.endraw.exec(this.#source)
    if (end === null) this.#fail('Missing end of raw directive', start)
    this.#pushData(
      this.#trimmed(this.#source.slice(start, end.index), start, end.groups?.sign ?? '', true),
      start,
    )
    this.#index = end.index + end[0].length
  }

  #readCode(): void {
    const start = this.#index
    const mode = this.#mode === 'data' ? 'variable' : this.#mode
    if (this.#open.length === 0) {
      const pattern = this.#patterns[mode]
      pattern.lastIndex = start
      const end = pattern.exec(this.#source)
      if (end !== null) {
        this.#index = start + end[0].length
        this.#mode = 'data'
        this.#push(mode === 'variable' ? 'TOKEN_VARIABLE_END' : 'TOKEN_BLOCK_END', end[0].trim(), start)
        return
      }
    }
    expressionTokens.lastIndex = start
    const match = expressionTokens.exec(this.#source)
    if (match === null) this.#fail(`unexpected char '${this.#source[start]}'`, start)
    this.#index = start + match[0].length
    const groups = match.groups ?? {}
    if (groups.operator !== undefined) this.#readOperator(groups.operator, start)
    else if (groups.space === undefined) {
      const kind = ['float', 'int', 'symbol', 'string'].find((name) => groups[name] !== undefined) ?? 'symbol'
      if (kind === 'symbol' && /^\d/.test(match[0])) this.#fail(`unexpected '${match[0]}'`, start)
      this.#push(`TOKEN_${kind.toUpperCase()}`, kind === 'string' ? match[0].slice(1, -1) : match[0], start)
    }
  }

  #readOperator(operator: string, at: number): void {
    const closer = closers[operator]
    if (closer !== undefined) this.#open.push(closer)
    else if (operator === ')' || operator === ']' || operator === '}') {
      const expected = this.#open.pop()
      if (expected === undefined) this.#fail(`unexpected '${operator}'`, at)
      if (expected !== operator) this.#fail(`unexpected '${operator}', expected '${expected}'`, at)
    }
    this.#push(kinds[operator] ?? 'TOKEN_OPERATOR', operator, at)
  }

  #fail(message: string, at: number): never {
    const line = this.#lineOf(at)
    const place = { lineno: line + 1, colno: at - (this.#lineStarts[line] ?? 0) + 1 }
    throw Object.assign(new EvaluationError(message), place)
  }
}
