import { expandMatch, pythonRegex } from './python-regex.ts'
import { bare, joinLines, splitLines } from './text-lines.ts'

export interface LineWish {
  readonly regexp: string | undefined
  readonly search_string: string | undefined
  readonly line: string | undefined
  readonly backrefs: boolean
  readonly insertafter: string | undefined
  readonly insertbefore: string | undefined
  readonly firstmatch: boolean
}

export interface EditedLine {
  readonly bytes: Buffer
  /** Ansible's words: `line added`, `line replaced`, `N line(s) removed`; empty when all was right. */
  readonly msg: string
  readonly found?: number
}

type Match = (text: string) => boolean

/** Removes every line that matches: the expression, else the string inside it, else the whole line. */
export function removeLines(bytes: Buffer, wish: LineWish): EditedLine {
  const { lines } = splitLines(bytes)
  const match = matcher(wish) ?? ((text: string) => text === latin(wish.line ?? ''))
  const kept = lines.filter((line) => !match(bare(line)))
  const found = lines.length - kept.length
  if (found === 0) return { bytes, msg: '', found }
  return { bytes: Buffer.from(kept.join(''), 'latin1'), msg: `${found} line(s) removed`, found }
}

/**
 * Puts one line into a text, by the rules of Ansible's documentation: the last line (the first with `firstmatch`)
 * that matches is replaced; where none does and the line is not there as it is, it goes where `insertafter` or
 * `insertbefore` say, at the end otherwise.
 */
export function putLine(bytes: Buffer, wish: LineWish): EditedLine {
  const { lines, ending } = splitLines(bytes)
  const texts = lines.map(bare)
  const wanted = latin(wish.line ?? '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
  const same = (index: number, text: readonly string[]) =>
    text.every((part, offset) => texts[index + offset] === part)
  const finish = (list: readonly string[], msg: string) => ({ bytes: joinLines(list, ending), msg })
  const ended = (text: readonly string[]) => text.map((part) => part + ending)

  const match = matcher(wish)
  const hit = match === undefined ? -1 : find(texts, match, wish.firstmatch)
  if (hit >= 0) {
    const text = wish.backrefs ? expanded(wish, texts[hit] ?? '') : wanted
    if (same(hit, text)) return { bytes, msg: '' }
    return finish([...lines.slice(0, hit), ...ended(text), ...lines.slice(hit + 1)], 'line replaced')
  }
  if (wish.backrefs) return { bytes, msg: '' }
  if (texts.some((_, index) => same(index, wanted))) return { bytes, msg: '' }
  const at = insertionPoint(texts, wish)
  return finish([...lines.slice(0, at), ...ended(wanted), ...lines.slice(at)], 'line added')
}

function insertionPoint(
  texts: readonly string[],
  { insertafter, insertbefore, firstmatch }: LineWish,
): number {
  if (insertbefore === 'BOF' || insertafter === 'BOF') return 0
  const pattern = insertbefore ?? insertafter
  if (pattern === undefined || (insertbefore === undefined && insertafter === 'EOF')) return texts.length
  const regex = pythonRegex(pattern)
  const index = find(texts, (text) => regex.test(text), firstmatch)
  if (index < 0) return texts.length
  return insertbefore === undefined ? index + 1 : index
}

function find(texts: readonly string[], match: Match, first: boolean): number {
  return first ? texts.findIndex(match) : texts.findLastIndex(match)
}

function matcher({ regexp, search_string }: LineWish): Match | undefined {
  if (regexp !== undefined) {
    const regex = pythonRegex(regexp)
    return (text) => regex.test(text)
  }
  if (search_string === undefined) return undefined
  const part = latin(search_string)
  return (text) => text.includes(part)
}

function expanded(wish: LineWish, text: string): string[] {
  const match = pythonRegex(wish.regexp ?? '').exec(text)
  if (match === null) return [text]
  return expandMatch(latin(wish.line ?? ''), match)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
}

function latin(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
