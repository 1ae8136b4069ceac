import { splitLines } from '../../core/split-lines.ts'
import { itemsOf } from '../../core/values/dicts.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { str, text } from '../../core/values/text.ts'
import { bare, EvaluationError, failUndefined, Tuple, typeName, Undefined } from '../../core/values/types.ts'
import { characterAt, lengthOf, reversed, sliceOf } from './code-points.ts'

type Method = (self: string, args: unknown[]) => unknown

/** One method: the names of its parameters, in order, and what it does. */
export interface MethodRule<Self> {
  readonly parameters: readonly string[]
  readonly run: (self: Self, args: unknown[]) => unknown
}

const rule = (parameters: string, run: Method): MethodRule<string> => ({
  parameters: parameters === '' ? [] : parameters.split(' '),
  run,
})

/** Python's white space: not all of JavaScript's `\\s`, and some control characters more. */
const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/
const chars = (value: unknown): ((character: string) => boolean) => {
  if (value === undefined || value === null) return (character) => space.test(character)
  const set = new Set(Array.from(text(value, 'strip arg')))
  return (character) => set.has(character)
}

/** Cuts characters off the ends of a text: white space, or those given. */
export function strip(self: string, which: unknown, ends: 'both' | 'left' | 'right'): string {
  const drop = chars(which)
  let start = 0
  let end = self.length
  while (ends !== 'right' && start < end) {
    const first = String.fromCodePoint(self.codePointAt(start) ?? 0)
    if (!drop(first)) break
    start += first.length
  }
  while (ends !== 'left' && end > start) {
    const last = characterAt(self.slice(Math.max(start, end - 2), end), -1) ?? ''
    if (!drop(last)) break
    end -= last.length
  }
  return self.slice(start, end)
}

/** Python's `split`: at white space without a separator, else at each one, at most `maxsplit` times. */
export function split(self: string, separator: unknown, maxsplit = -1): string[] {
  const limit = maxsplit < 0 ? Number.POSITIVE_INFINITY : maxsplit
  const parts: string[] = []
  if (separator === undefined || separator === null) {
    let rest = strip(self, undefined, 'left')
    while (rest !== '' && parts.length < limit) {
      const at = rest.search(space)
      if (at < 0) break
      parts.push(rest.slice(0, at))
      rest = strip(rest.slice(at), undefined, 'left')
    }
    const last = limit === Number.POSITIVE_INFINITY ? strip(rest, undefined, 'right') : rest
    return rest === '' ? parts : [...parts, last]
  }
  const mark = text(separator, 'separator')
  if (mark === '') throw new EvaluationError('empty separator')
  const all = self.split(mark)
  return all.length - 1 <= limit ? all : [...all.slice(0, limit), all.slice(limit).join(mark)]
}

function splitFromRight(self: string, separator: unknown, maxsplit = -1): string[] {
  if (maxsplit < 0) return split(self, separator)
  if (separator === undefined || separator === null) {
    const turned = split(reversed(self), undefined, maxsplit)
    return turned.map(reversed).reverse()
  }
  const mark = text(separator, 'separator')
  const all = split(self, mark)
  const kept = Math.max(0, all.length - 1 - maxsplit)
  return kept === 0 ? all : [all.slice(0, kept + 1).join(mark), ...all.slice(kept + 1)]
}

const affix = (self: string, part: unknown, side: 'startsWith' | 'endsWith', args: unknown[]): boolean => {
  const all = sliceOf(self, ...bounds(args))
  const parts = part instanceof Tuple ? [...part] : [part]
  return parts.some((one) => all[side](text(one, `${side.toLowerCase()} first arg`)))
}

const bounds = (args: unknown[]): number[] =>
  args.filter((value) => value !== undefined && value !== null).map((value) => toIndex(value))

const pad = (self: string, width: unknown, fill: unknown, side: 'left' | 'right' | 'both'): string => {
  const missing = toIndex(width) - lengthOf(self)
  const filler = fill === undefined ? ' ' : text(fill, 'fill character')
  if (missing <= 0) return self
  if (side === 'left') return filler.repeat(missing) + self
  if (side === 'right') return self + filler.repeat(missing)
  const left = Math.floor(missing / 2) + (missing & toIndex(width) & 1)
  return filler.repeat(left) + self + filler.repeat(missing - left)
}

const find = (self: string, part: unknown, from: 'indexOf' | 'lastIndexOf', args: unknown[]): number => {
  const [start = 0, end] = bounds(args)
  const all = sliceOf(self, start, end)
  const at = all[from](text(part, 'must be str'))
  return at < 0 ? -1 : start + lengthOf(all.slice(0, at))
}

const found = (index: number): number => {
  if (index < 0) throw new EvaluationError('substring not found')
  return index
}

const partition = (self: string, mark: unknown, from: 'indexOf' | 'lastIndexOf'): Tuple => {
  const separator = text(mark, 'separator')
  const at = self[from](separator)
  if (at < 0) return Tuple.over(from === 'indexOf' ? [self, '', ''] : ['', '', self])
  return Tuple.over([self.slice(0, at), separator, self.slice(at + separator.length)])
}

const all = (pattern: RegExp) => rule('', (self) => pattern.test(self))

/** First letter of each word large, the others small, as `str.title` does (`it's` gives `It'S`). */
export function titleCase(self: string): string {
  return self.toLowerCase().replace(/\p{L}+/gu, (word) => {
    const first = characterAt(word, 0) ?? ''
    return first.toUpperCase() + word.slice(first.length)
  })
}

export function capitalize(self: string): string {
  const first = characterAt(self, 0) ?? ''
  return first.toUpperCase() + self.slice(first.length).toLowerCase()
}

/** Joins text items; anything else among them is an error, as for Python's `str.join`. */
function joinTexts(separator: string, items: unknown): string {
  const list = itemsOf(bare(items))
  return list
    .map((item, index) => {
      if (item instanceof Undefined) failUndefined(item)
      if (typeof bare(item) !== 'string') {
        throw new EvaluationError(`sequence item ${index}: expected str instance, ${typeName(item)} found`)
      }
      return str(item)
    })
    .join(separator)
}

/** The methods of text that templates may call. `format` is elsewhere: it reads members. */
export const stringMethods: Readonly<Record<string, MethodRule<string>>> = {
  capitalize: rule('', capitalize),
  casefold: rule('', (self) => self.toLowerCase()),
  center: rule('width! fillchar', (self, [width, fill]) => pad(self, width, fill, 'both')),
  count: rule('sub!', (self, [part]) => occurrences(self, text(part, 'must be str'))),
  endswith: rule('suffix! start end', (self, [part, ...rest]) => affix(self, part, 'endsWith', rest)),
  encode: rule('encoding errors', (self) => self),
  expandtabs: rule('tabsize', (self, [size = 8]) => expandTabs(self, toIndex(size))),
  find: rule('sub! start end', (self, [part, ...rest]) => find(self, part, 'indexOf', rest)),
  index: rule('sub! start end', (self, [part, ...rest]) => found(find(self, part, 'indexOf', rest))),
  isalnum: all(/^[\p{L}\p{N}]+$/u),
  isalpha: all(/^\p{L}+$/u),
  isascii: all(/^[\x00-\x7f]*$/),
  isdecimal: all(/^\p{Nd}+$/u),
  isdigit: all(/^[\p{Nd}²³¹⁰-⁹₀-₉]+$/u),
  isidentifier: all(/^[\p{L}_][\p{L}\p{N}_]*$/u),
  islower: rule('', (self) => /\p{Ll}/u.test(self) && self === self.toLowerCase()),
  isnumeric: all(/^\p{N}+$/u),
  isspace: rule('', (self) => self !== '' && strip(self, undefined, 'left') === ''),
  istitle: rule('', (self) => /\p{L}/u.test(self) && self === titleCase(self)),
  isupper: rule('', (self) => /\p{Lu}/u.test(self) && self === self.toUpperCase()),
  join: rule('iterable!', (self, [items]) => joinTexts(self, items)),
  ljust: rule('width! fillchar', (self, [width, fill]) => pad(self, width, fill, 'right')),
  lower: rule('', (self) => self.toLowerCase()),
  lstrip: rule('chars', (self, [which]) => strip(self, which, 'left')),
  partition: rule('sep!', (self, [mark]) => partition(self, mark, 'indexOf')),
  removeprefix: rule('prefix!', (self, [part]) => dropAffix(self, text(part, 'prefix'), 'startsWith')),
  removesuffix: rule('suffix!', (self, [part]) => dropAffix(self, text(part, 'suffix'), 'endsWith')),
  replace: rule('old! new! count', (self, [old, by, count]) => replaceText(self, old, by, count)),
  rfind: rule('sub! start end', (self, [part, ...rest]) => find(self, part, 'lastIndexOf', rest)),
  rindex: rule('sub! start end', (self, [part, ...rest]) => found(find(self, part, 'lastIndexOf', rest))),
  rjust: rule('width! fillchar', (self, [width, fill]) => pad(self, width, fill, 'left')),
  rpartition: rule('sep!', (self, [mark]) => partition(self, mark, 'lastIndexOf')),
  rsplit: rule('sep maxsplit', (self, [mark, max = -1]) => splitFromRight(self, mark, toIndex(max))),
  rstrip: rule('chars', (self, [which]) => strip(self, which, 'right')),
  split: rule('sep maxsplit', (self, [mark, max = -1]) => split(self, mark, toIndex(max))),
  splitlines: rule('keepends', (self, [keep]) => splitLines(self, keep === true)),
  startswith: rule('prefix! start end', (self, [part, ...rest]) => affix(self, part, 'startsWith', rest)),
  strip: rule('chars', (self, [which]) => strip(self, which, 'both')),
  swapcase: rule('', (self) =>
    self.replace(/\p{L}/gu, (one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase())),
  ),
  title: rule('', titleCase),
  upper: rule('', (self) => self.toUpperCase()),
  zfill: rule('width!', (self, [width]) => {
    const sign = /^[+-]/.exec(self)?.[0] ?? ''
    return sign + pad(self.slice(sign.length), toIndex(width) - sign.length, '0', 'left')
  }),
}

function occurrences(self: string, part: string): number {
  if (part === '') return lengthOf(self) + 1
  let count = 0
  for (let at = self.indexOf(part); at >= 0; at = self.indexOf(part, at + part.length)) count += 1
  return count
}

function dropAffix(self: string, part: string, side: 'startsWith' | 'endsWith'): string {
  if (part === '' || !self[side](part)) return self
  return side === 'startsWith' ? self.slice(part.length) : self.slice(0, -part.length)
}

function expandTabs(self: string, size: number): string {
  const expand = (line: string): string => {
    let wide = ''
    for (const character of line)
      wide += character === '\t' ? ' '.repeat(size - (wide.length % size)) : character
    return wide
  }
  return self.split('\n').map(expand).join('\n')
}

/** Python's `replace`: every occurrence, or the first `count` of them. */
export function replaceText(self: string, old: unknown, by: unknown, count?: unknown): string {
  const [from, to] = [text(old, 'replace() argument 1'), text(by, 'replace() argument 2')]
  if (count === undefined || count === null || toIndex(count) < 0) return self.split(from).join(to)
  const parts = self.split(from)
  const limit = Math.min(toIndex(count), parts.length - 1)
  return (
    parts.slice(0, limit + 1).join(to) +
    parts
      .slice(limit + 1)
      .map((part) => from + part)
      .join('')
  )
}
