import { quote } from './quote.ts'

const MASK = '********'
/** Shorter values occur in harmless text all the time; masking them would only make output unreadable. */
const SHORTEST = 4

/**
 * The secrets of one run, and the one place where they are taken out of what leaves it: results, diffs,
 * errors and live output all pass here. A secret is found plain, and as base64, URL, JSON and shell
 * quoting write it.
 */
export class Secrets {
  readonly #spellings = new Set<string>()
  #pattern: RegExp | undefined

  /** Adds a secret; the parts of lists and dictionaries are added one by one. */
  add(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.add(item)
    else if (typeof value === 'object' && value !== null)
      for (const item of Object.values(value)) this.add(item)
    else if (typeof value === 'string' || typeof value === 'number') this.#addText(String(value))
  }

  #addText(text: string): void {
    if (text.length < SHORTEST || this.#spellings.has(text)) return
    const forms = [
      text,
      text.trim(),
      Buffer.from(text).toString('base64').replace(/=+$/, ''),
      encodeURIComponent(text),
      JSON.stringify(text).slice(1, -1),
    ]
    if (!text.includes('\0')) forms.push(quote(text))
    for (const form of forms) if (form.length >= SHORTEST) this.#spellings.add(form)
    this.#pattern = undefined
  }

  /** Text with every secret replaced. */
  maskText(text: string): string {
    if (this.#spellings.size === 0) return text
    return text.replace(this.#matcher(), MASK)
  }

  /**
   * Text that arrives in pieces: what can be shown of it now, masked, and the rest that may be the beginning of a
   * secret and has to wait for the next piece.
   */
  maskHead(text: string): { readonly shown: string; readonly rest: string } {
    if (this.#spellings.size === 0) return { shown: text, rest: '' }
    let cut = text.length
    const longest = Math.max(0, ...[...this.#spellings].map((form) => form.length))
    for (let start = Math.max(0, text.length - longest); start < text.length; start += 1) {
      const tail = text.slice(start)
      if (![...this.#spellings].some((form) => form.startsWith(tail))) continue
      cut = start
      break
    }
    // A whole secret must not be cut in two by the beginning of another.
    const whole = [...text.matchAll(this.#matcher())].find(
      ({ 0: form, index }) => index < cut && index + form.length > cut,
    )
    if (whole !== undefined) cut = whole.index
    return { shown: this.maskText(text.slice(0, cut)), rest: text.slice(cut) }
  }

  #matcher(): RegExp {
    if (this.#pattern === undefined) {
      // The longest first, so that a secret which is the beginning of another leaves no rest of it behind.
      const longestFirst = [...this.#spellings].sort((a, b) => b.length - a.length)
      this.#pattern = new RegExp(
        longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'),
        'g',
      )
    }
    return this.#pattern
  }

  /** A copy of a value with every secret replaced, in keys too; the value itself where nothing is secret. */
  mask<T>(value: T): T {
    if (this.#spellings.size === 0) return value
    return this.#maskAny(value) as T
  }

  #maskAny(value: unknown): unknown {
    if (typeof value === 'string') return this.maskText(value)
    if (Array.isArray(value)) return value.map((item) => this.#maskAny(item))
    if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, this.#maskAny(item)]))
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
      return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.maskText(key), this.#maskAny(item)]),
    )
  }
}
