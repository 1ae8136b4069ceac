import { dictOf } from './dicts.ts'
import { float, integer } from './types.ts'

/** What JSON.parse would change: floats that are whole, long integers, numbers that it does not know, and keys that it sorts. */
const INEXACT = /[-\d](?:\.\d|[eE])|\d{16}|NaN|Infinity|"\d+"\s*:/

/**
 * Reads JSON as Python's `json.loads` does: `1.0` is a float, integers of any size are exact, keys keep their order, and
 * `NaN` and `Infinity` are numbers.
 * @throws SyntaxError
 */
export function readJson(text: string): unknown {
  if (!INEXACT.test(text)) return JSON.parse(text)
  const reader = new Reader(text)
  try {
    return reader.document()
  } catch (error) {
    // JSON.parse describes the mistake; where it finds none, the reader does.
    if (!/NaN|Infinity/.test(text)) JSON.parse(text)
    throw error
  }
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y
const WORD = /true|false|null|NaN|-?Infinity/y

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): unknown {
    this.#take(SPACE)
    const value = this.#value()
    this.#take(SPACE)
    return this.#at === this.#text.length ? value : this.#fail()
  }

  #value(): unknown {
    const first = this.#text[this.#at]
    if (first === '{') return this.#object()
    if (first === '[') return this.#array()
    if (first === '"') return this.#string()
    const word = this.#take(WORD)
    return word === undefined ? this.#number() : WORDS.get(word)
  }

  #number(): unknown {
    NUMBER.lastIndex = this.#at
    const match = NUMBER.exec(this.#text) ?? this.#fail()
    const [digits, fraction, exponent] = match
    this.#at += digits.length
    if (fraction !== undefined || exponent !== undefined) return float(Number(digits))
    return digits.length < 16 ? Number(digits) || 0 : integer(BigInt(digits))
  }

  #string(): string {
    const source = this.#take(STRING) ?? this.#fail()
    return source.includes('\\') ? (JSON.parse(source) as string) : source.slice(1, -1)
  }

  #array(): unknown[] {
    const items: unknown[] = []
    this.#list(']', () => items.push(this.#value()))
    return items
  }

  #object(): unknown {
    const entries: [string, unknown][] = []
    this.#list('}', () => {
      const key = this.#string()
      this.#take(SPACE)
      if (this.#text[this.#at] !== ':') this.#fail()
      this.#at += 1
      this.#take(SPACE)
      entries.push([key, this.#value()])
    })
    return dictOf(entries)
  }

  /** Reads members up to the closing character. */
  #list(close: string, member: () => void): void {
    this.#at += 1
    this.#take(SPACE)
    if (this.#text[this.#at] === close) {
      this.#at += 1
      return
    }
    for (;;) {
      member()
      this.#take(SPACE)
      const next = this.#text[this.#at]
      if (next !== ',' && next !== close) this.#fail()
      this.#at += 1
      if (next === close) return
      this.#take(SPACE)
    }
  }

  /** What matches here, if anything. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  #fail(): never {
    throw new SyntaxError(`unexpected character at offset ${this.#at} of the JSON text`)
  }
}
