import { Matcher, type Range, SHORTEST } from './secrets/matcher.ts'
import { plainCopy } from './secrets/plain-copy.ts'
import { spellingsOf } from './secrets/spellings.ts'
import { isNumber } from './values/types.ts'

const MASK = '********'
/** Variables that hold passwords, however they came to be set. */
const PASSWORD = /^ansible_(?:\w+_)?(?:pass|password|passwd|passphrase|sshpass)$/

/**
 * The secrets of one run, and the one place where they are taken out of what leaves it: results, diffs, errors, live
 * output and reports all pass here. See `spellingsOf` for the spellings that are found.
 */
export class Secrets {
  readonly #matcher = new Matcher()
  readonly #texts = new Set<string>()
  readonly #short = new Set<string>()
  readonly #untold: string[] = []
  #warn = (message: string): void => void this.#untold.push(message)

  /**
   * Adds a secret; the parts of lists and dictionaries are added one by one.
   * @param what names it, once, in the warning that it is too short to be masked; without it there is no warning
   */
  add(value: unknown, what?: string): void {
    if (typeof value === 'string' || isNumber(value)) this.#addText(String(value), what)
    else if (typeof value === 'object' && value !== null)
      plainCopy(value, {
        text: (text) => {
          this.#addText(text, what)
          return text
        },
        entry: () => {},
      })
  }

  /** Adds the value of a variable if the variable is known to hold a password: `ansible_become_password`, … */
  addPassword(name: string, value: unknown): void {
    if (!name.startsWith('ansible_') || !PASSWORD.test(name)) return
    if (typeof value === 'string' || isNumber(value)) this.add(value, `the variable '${name}'`)
  }

  /** Says where warnings go; until then they are kept. */
  warnTo(warn: (message: string) => void): void {
    this.#warn = warn
    this.#untold.splice(0).forEach(warn)
  }

  #addText(text: string, what: string | undefined): void {
    if (this.#texts.has(text)) return
    if (text.length >= SHORTEST) {
      this.#texts.add(text)
      for (const one of new Set([text, text.trim()]))
        for (const spelling of spellingsOf(one)) this.#matcher.add(spelling)
    } else if (what !== undefined && isTooShort(text)) this.warnOfShort(what)
  }

  /** Warns, once for each `what`, that it is a secret too short to be masked. */
  warnOfShort(what: string): void {
    if (this.#short.has(what)) return
    this.#short.add(what)
    this.#warn(`${what} is too short to be masked in the output: secrets need ${SHORTEST} characters or more`)
  }

  /** Names a text in which nothing is masked by `maskShown`, such as the name of a host. */
  keep(text: string): void {
    this.#matcher.keep(text)
  }

  /** Text with every secret replaced. */
  maskText(text: string): string {
    return this.#matcher.size === 0 ? text : replaced(text, this.#matcher.find(text))
  }

  /** Finished text with every secret replaced, but for those that occur in what `keep` names. */
  maskShown(text: string): string {
    return this.#matcher.size === 0 ? text : replaced(text, this.#matcher.find(text, { withKept: false }))
  }

  /** Whether a text holds a secret as a word or more, and not within a longer word. */
  isIn(text: string): boolean {
    if (this.#matcher.size === 0) return false
    return this.#matcher.find(text).some(({ start, end, inside }) => {
      if (inside) return true
      const cut = /\w/.test(text[start - 1] ?? '') || /\w/.test(text[end] ?? '')
      // A short word like `http` in a vault is no more a secret than it is in a file.
      return !cut && !/^[A-Za-z]{0,5}$/.test(text.slice(start, end))
    })
  }

  /**
   * Text that arrives in pieces: what can be shown of it now, masked, and the rest that may be the beginning of a
   * secret and has to wait for the next piece.
   */
  maskHead(text: string): { readonly shown: string; readonly rest: string } {
    if (this.#matcher.size === 0) return { shown: text, rest: '' }
    const open = this.#matcher.openEnd(text)
    // A whole secret must not be cut in two by the beginning of another.
    const whole = this.#matcher.find(text).find(({ start, end }) => start < open && end > open)
    const cut = whole?.start ?? open
    return { shown: this.maskText(text.slice(0, cut)), rest: text.slice(cut) }
  }

  /** A copy of a value as plain data, with every secret replaced, in keys too; see `plainCopy`. */
  mask<T>(value: T): T {
    const text = (one: string) => this.maskText(one)
    return plainCopy(value, { text, entry: (key, item) => this.addPassword(key, item) }) as T
  }
}

/** Whether a text is a secret that cannot be masked; an empty one, and marks such as `!` for no password, are none. */
export function isTooShort(text: string): boolean {
  return text.length < SHORTEST && /[A-Za-z0-9]/.test(text)
}

function replaced(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text
  let masked = ''
  let from = 0
  for (const { start, end } of ranges) {
    masked += text.slice(from, start) + MASK
    from = end
  }
  return masked + text.slice(from)
}
