import { dictOf } from './dicts.ts'
import { hashOf } from './keys.ts'
import { float } from './types.ts'

/**
 * The value of a text that is a Python literal: a number, quoted text, list, tuple, dict, set, True, False or
 * None. INI inventories are read so (Ansible docs: 'values … are interpreted using Python literal structure').
 * @param options.json also read the constants of JSON: true, false and null
 * @returns the value, or the text unchanged when it is anything else
 */
export function pythonLiteral(text: string, { json = false }: { readonly json?: boolean } = {}): unknown {
  try {
    const reader = new Reader(text, json ? JSON_CONSTANTS : CONSTANTS)
    const value = reader.value()
    reader.end()
    return value
  } catch (error) {
    if (error instanceof NotLiteral) return text
    throw error
  }
}

class NotLiteral extends Error {}

/** One for all: most texts of an inventory are not literals, and a new stack each would take most of the time. */
const NOT_LITERAL = new NotLiteral()

const DEEPEST = 100
type Constants = Readonly<Record<string, unknown>>
const CONSTANTS: Constants = { True: true, False: false, None: null }
const JSON_CONSTANTS: Constants = { ...CONSTANTS, true: true, false: false, null: null }
const NUMBER =
  /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][-+]?\d(?:_?\d)*)?)/
const PREFIX = /^([rRuU]?)('''|"""|'|")/
const ESCAPE = /\\(?:\n|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g
const NAMED: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

/** Reads one literal from the front of a text. A class because it keeps its place in the text. */
class Reader {
  private rest: string
  private depth = 0
  private readonly constants: Constants

  constructor(text: string, constants: Constants) {
    this.rest = text
    this.constants = constants
    this.skip()
  }

  end(): void {
    if (this.rest !== '') throw NOT_LITERAL
  }

  /** A value, or a tuple written without parentheses. */
  value(): unknown {
    const first = this.item()
    return this.rest.startsWith(',') ? [first, ...this.more('')] : first
  }

  private item(): unknown {
    this.depth += 1
    if (this.depth > DEEPEST) throw NOT_LITERAL
    const value = this.atom()
    this.depth -= 1
    return value
  }

  private atom(): unknown {
    if (PREFIX.test(this.rest)) return this.text()
    if (this.take('[')) return this.items(']')
    if (this.take('{')) return this.braces()
    if (this.take('(')) return this.parentheses()
    if (/^[-+.\d]/.test(this.rest)) return this.number()
    const word = /^[A-Za-z_]\w*/.exec(this.rest)?.[0] ?? ''
    if (!Object.hasOwn(this.constants, word)) throw NOT_LITERAL
    this.advance(word.length)
    return this.constants[word]
  }

  private number(): unknown {
    const sign = this.take('-') ? -1 : 1
    if (sign === 1) this.take('+')
    const found = NUMBER.exec(this.rest)?.[0] ?? ''
    const digits = found.replaceAll('_', '')
    // Python refuses 012: it could be meant as octal. Letters behind the digits make it no number at all.
    if (!/\d/.test(digits) || /^0+[1-9]\d*$/.test(digits) || /^\w/.test(this.rest.slice(found.length))) {
      throw NOT_LITERAL
    }
    this.advance(found.length)
    const value = sign * Number(digits)
    if (/[.eE]/.test(digits) && !/^0[xX]/.test(digits)) return float(value)
    return Number.isSafeInteger(value) ? value || 0 : BigInt(sign) * BigInt(digits)
  }

  private text(): string {
    let value = ''
    for (let match = PREFIX.exec(this.rest); match !== null; match = PREFIX.exec(this.rest)) {
      const [opening, prefix = '', quote = ''] = match
      const end = closing(this.rest, opening.length, quote)
      const body = this.rest.slice(opening.length, end)
      if (end < 0 || (quote.length === 1 && body.includes('\n'))) throw NOT_LITERAL
      value += /r/i.test(prefix) ? body : unescaped(body)
      this.advance(end + quote.length)
    }
    return value
  }

  private items(close: string): unknown[] {
    if (this.take(close)) return []
    const first = this.item()
    if (this.take(close)) return [first]
    const values = [first, ...this.more(close)]
    if (!this.take(close)) throw NOT_LITERAL
    return values
  }

  /** What follows a comma, up to `close` (which is left standing) or the end. */
  private more(close: string): unknown[] {
    const values: unknown[] = []
    while (this.take(',')) {
      if (this.rest === '' || (close !== '' && this.rest.startsWith(close))) break
      values.push(this.item())
    }
    return values
  }

  private parentheses(): unknown {
    if (this.take(')')) return []
    const first = this.item()
    if (this.take(')')) return first
    const values = [first, ...this.more(')')]
    if (!this.take(')')) throw NOT_LITERAL
    return values
  }

  private braces(): unknown {
    if (this.take('}')) return {}
    const first = this.item()
    if (!this.rest.startsWith(':')) {
      const values = [first, ...this.more('}')]
      if (!this.take('}')) throw NOT_LITERAL
      return [...new Map(values.map((value) => [hashOf(value) ?? value, value])).values()]
    }
    const pairs: [unknown, unknown][] = []
    let key: unknown = first
    do {
      if (!this.take(':')) throw NOT_LITERAL
      if (hashOf(key) === undefined || key === '__proto__') throw NOT_LITERAL
      pairs.push([key, this.item()])
      this.take(',')
      if (!this.rest.startsWith('}')) key = this.item()
    } while (!this.take('}'))
    return dictOf(pairs)
  }

  private take(word: string): boolean {
    if (!this.rest.startsWith(word)) return false
    this.advance(word.length)
    return true
  }

  private advance(length: number): void {
    this.rest = this.rest.slice(length)
    this.skip()
  }

  private skip(): void {
    this.rest = this.rest.replace(/^(?:\s|#[^\n]*)+/, '')
  }
}

function closing(text: string, from: number, quote: string): number {
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1
    else if (text.startsWith(quote, index)) return index
  }
  return -1
}

function unescaped(body: string): string {
  return body.replace(ESCAPE, (whole, octal, hex, short, long, letter: string | undefined) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    const code = hex ?? short ?? long
    if (code === undefined) return letter === undefined ? '' : (NAMED[letter] ?? whole)
    const point = Number.parseInt(code, 16)
    if (point > 0x10ffff) throw NOT_LITERAL
    return String.fromCodePoint(point)
  })
}
