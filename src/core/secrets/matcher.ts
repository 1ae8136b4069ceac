import type { Spelling } from './spellings.ts'

/** What is found by: the first characters of a spelling. Shorter spellings are not looked for. */
export const SHORTEST = 4

/** Enough for many thousands of spellings to rule out nearly all other text. */
const SLOT_BITS = 18
const SLOTS = 1 << SLOT_BITS

/** A part of a text, from `start` up to `end`. */
export interface Range {
  readonly start: number
  readonly end: number
  /** What was found may be in the middle of a word: it is encoded. */
  readonly inside: boolean
}

interface Known extends Spelling {
  /** It occurs in texts that must stay readable, such as the name of a host. */
  kept: boolean
}

/** Spellings that begin with the same characters. */
interface Group {
  readonly byText: Map<string, Known>
  /** The longest first, so that a secret which is the beginning of another leaves no rest of it. */
  lengths: readonly number[]
}

/**
 * Finds many spellings in one pass over a text. The last four characters read are a number, and most numbers are ruled
 * out by one look into a table, so the cost hardly depends on how many spellings exist. Adding one is cheap, too: a run
 * learns secrets all the time.
 */
export class Matcher {
  // Made with the first spelling: most runs have no secrets.
  #filter = new Uint8Array()
  readonly #byHead = new Map<number, Group>()
  readonly #known = new Set<string>()
  readonly #heads = new Set<string>()
  #kept = ''
  #longest = 0

  /** How many spellings are known. */
  get size(): number {
    return this.#known.size
  }

  add(spelling: Spelling): void {
    const { text } = spelling
    if (text.length < SHORTEST || this.#known.has(text)) return
    this.#known.add(text)
    if (this.#filter.length === 0) this.#filter = new Uint8Array(SLOTS)
    this.#longest = Math.max(this.#longest, text.length)
    for (let length = 1; length < SHORTEST; length += 1) this.#heads.add(text.slice(0, length))
    const head = headOf(text, 0)
    this.#filter[slot(head)] = 1
    const group = this.#byHead.get(head) ?? { byText: new Map<string, Known>(), lengths: [] }
    group.byText.set(text, { ...spelling, kept: this.#kept.includes(text) })
    if (!group.lengths.includes(text.length))
      group.lengths = [...group.lengths, text.length].sort((a, b) => b - a)
    this.#byHead.set(head, group)
  }

  /** Names a text that `find` leaves alone when it is told to: spellings that occur in it are not looked for. */
  keep(text: string): void {
    this.#kept += `${text}\n`
    for (const { byText } of this.#byHead.values())
      for (const one of byText.values()) one.kept ||= text.includes(one.text)
  }

  /** Where spellings occur, in order; those that overlap are one. */
  find(text: string, { withKept = true } = {}): readonly Range[] {
    const found: { start: number; end: number; inside: boolean }[] = []
    let head = 0
    for (let index = 0; index < text.length; index += 1) {
      head = (head << 8) ^ text.charCodeAt(index)
      if (this.#filter[slot(head)] === 0 || index < SHORTEST - 1) continue
      const start = index - SHORTEST + 1
      const one = longest(this.#byHead.get(head), text, start, withKept)
      if (one === undefined) continue
      const from = one.before && isBase64(text, start - 1) ? start - 1 : start
      const whole = start + one.text.length
      const to = one.after && isBase64(text, whole) ? whole + 1 : whole
      const last = found.at(-1)
      if (last !== undefined && from < last.end) last.end = Math.max(last.end, to)
      else found.push({ start: from, end: to, inside: one.inside })
    }
    return found
  }

  /** Where the end of a text begins that may be the beginning of a spelling; its length where nothing may. */
  openEnd(text: string): number {
    for (let start = Math.max(0, text.length - this.#longest); start < text.length; start += 1) {
      const left = text.length - start
      if (left < SHORTEST) {
        if (this.#heads.has(text.slice(start))) return start
        continue
      }
      const head = headOf(text, start)
      if (this.#filter[slot(head)] === 0) continue
      const tail = text.slice(start)
      const group = this.#byHead.get(head)
      if (group?.lengths.some((length) => length >= left) !== true) continue
      for (const known of group.byText.keys()) if (known.startsWith(tail)) return start
    }
    return text.length
  }
}

function longest(
  group: Group | undefined,
  text: string,
  start: number,
  withKept: boolean,
): Known | undefined {
  for (const length of group?.lengths ?? []) {
    const known = group?.byText.get(text.slice(start, start + length))
    if (known !== undefined && (withKept || !known.kept)) return known
  }
  return undefined
}

// Of characters above U+00FF some bits are lost: what is found is compared whole.
function headOf(text: string, start: number): number {
  let head = 0
  for (let index = start; index < start + SHORTEST; index += 1) head = (head << 8) ^ text.charCodeAt(index)
  return head
}

function slot(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - SLOT_BITS)
}

function isBase64(text: string, index: number): boolean {
  return /[A-Za-z0-9+/_-]/.test(text[index] ?? '')
}
