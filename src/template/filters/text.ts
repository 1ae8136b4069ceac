import { splitLines } from '../../core/split-lines.ts'
import { truth } from '../../core/values/compare.ts'
import { entriesOf } from '../../core/values/dicts.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError, isDict, Tuple } from '../../core/values/types.ts'
import { noNames } from '../python/call.ts'
import { lengthOf, sliceOf } from '../python/code-points.ts'
import { callMethod } from '../python/members.ts'
import { formatPercent } from '../python/percent.ts'
import { capitalize, replaceText, split, strip } from '../python/string-methods.ts'
import { type FilterTable, filter } from './define.ts'
import { wrapText } from './wrap.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
}

const escapeHtml = (value: unknown): string => str(value).replace(/[&<>'"]/g, (one) => entities[one] ?? one)

const escaping = filter('', escapeHtml)

/** Jinja2's title: words begin after white space, hyphens and opening brackets, not after an apostrophe. */
const titleWords = (value: string): string =>
  value
    .split(/([-\s({[<]+)/u)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('')

function indent(value: string, width: unknown, first: boolean, blank: boolean): string {
  const margin = typeof width === 'string' ? width : ' '.repeat(toIndex(width))
  const lines = splitLines(`${value}\n`)
  const [head = '', ...rest] = lines
  const body = rest.map((line) => (line === '' && !blank ? line : margin + line))
  return [first && (head !== '' || blank || true) ? margin + head : head, ...body].join('\n')
}

function truncate(value: string, length: number, killWords: boolean, end: string, leeway: number): string {
  if (lengthOf(value) <= length + leeway) return value
  const cut = sliceOf(value, 0, length - lengthOf(end))
  const space = cut.lastIndexOf(' ')
  return (killWords || space < 0 ? cut : cut.slice(0, space)) + end
}

function countOf(found: Iterable<unknown>): number {
  let count = 0
  for (const _one of found) count += 1
  return count
}

/** Quotes a word for a POSIX shell, only where it needs it. */
function quote(value: unknown): string {
  const word = value === null ? '' : str(value)
  if (word === '') return "''"
  return /^[\w@%+=:,./-]+$/.test(word) && !/[^\x00-\x7f]/.test(word)
    ? word
    : `'${word.replaceAll("'", `'"'"'`)}'`
}

interface CommentStyle {
  readonly decoration: string
  readonly beginning?: string
  readonly end?: string
}

const styles: Readonly<Record<string, CommentStyle>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
}

function comment(value: string, styleName: string, changes: Record<string, unknown>): string {
  const style = Object.hasOwn(styles, styleName) ? styles[styleName] : undefined
  if (style === undefined)
    throw new EvaluationError(
      `comment: invalid style '${styleName}'; use one of: ${Object.keys(styles).join(', ')}`,
    )
  const part = (name: string, fallback: string): string =>
    changes[name] === undefined ? fallback : str(changes[name])
  const count = (name: string): number => (changes[name] === undefined ? 1 : toIndex(changes[name]))
  const newline = part('newline', '\n')
  const decoration = part('decoration', style.decoration)
  const edge = decoration.trimEnd()
  const prefix = part('prefix', edge)
  const postfix = part('postfix', edge)
  const [beginning, end] = [part('beginning', style.beginning ?? ''), part('end', style.end ?? '')]
  const body = (decoration + value.replaceAll(newline, newline + decoration)).replaceAll(
    decoration + newline,
    edge + newline,
  )
  return [
    beginning === '' ? '' : beginning + newline,
    prefix === '' ? '' : (prefix === newline ? newline : prefix + newline).repeat(count('prefix_count')),
    body,
    (newline + postfix).repeat(count('postfix_count')),
    end === '' ? '' : newline + end,
  ].join('')
}

/** Filters over text. */
export const textFilters: FilterTable = {
  capitalize: filter('', (value) => capitalize(str(value))),
  lower: filter('', (value) => str(value).toLowerCase()),
  upper: filter('', (value) => str(value).toUpperCase()),
  title: filter('', (value) => titleWords(str(value))),
  trim: filter('chars', (value, [chars]) => strip(str(value), chars, 'both')),
  center: filter('width', (value, [width = 80]) => callMethod(str(value), 'center', [width], noNames)),
  replace: filter('old! new! count', (value, [old, by, count]) =>
    replaceText(str(value), str(old), str(by), count),
  ),
  format: filter('*values **named', (value, [values, named]) => {
    if (isDict(named) && Object.keys(named).length > 0) return formatPercent(str(value), named)
    return formatPercent(str(value), Tuple.over(values as unknown[]))
  }),
  indent: filter('width first blank', (value, [width = 4, first, blank]) =>
    indent(str(value), width, truth(first), truth(blank)),
  ),
  truncate: filter('length killwords end leeway', (value, [length = 255, kill, end = '...', leeway = 5]) =>
    truncate(str(value), toIndex(length), truth(kill), str(end), toIndex(leeway === null ? 5 : leeway)),
  ),
  wordcount: filter('', (value) => countOf(str(value).matchAll(/[\p{L}\p{N}_]+/gu))),
  wordwrap: filter(
    'width break_long_words wrapstring break_on_hyphens',
    (value, [width = 79, breakLong = true, wrap, hyphens = true]) => {
      const options = { width: toIndex(width), breakLong: truth(breakLong), hyphens: truth(hyphens) }
      const newline = wrap === undefined || wrap === null ? '\n' : text(wrap, 'wrapstring')
      return splitLines(str(value))
        .map((line) => wrapText(line, options).join(newline))
        .join(newline)
    },
  ),
  split: filter('sep maxsplit', (value, [separator, limit = -1]) =>
    split(text(value, 'split'), separator, toIndex(limit)),
  ),
  splitlines: filter('', (value) => splitLines(str(value))),
  quote: filter('', quote),
  comment: filter('style **changes', (value, [style = 'plain', changes]) =>
    comment(str(value), str(style), changes as Record<string, unknown>),
  ),
  escape: escaping,
  e: escaping,
  forceescape: escaping,
  striptags: filter('', (value) =>
    str(value)
      .replace(/<!--.*?-->|<[^>]*>/gs, '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .join(' ')
      .replace(
        /&(amp|lt|gt|quot|#39|#34);/g,
        (whole) =>
          Object.keys(entities).find((one) => entities[one] === whole) ?? (whole === '&quot;' ? '"' : whole),
      ),
  ),
  xmlattr: filter('autospace', (value, [autospace = true]) => {
    const pairs = isDict(value) ? entriesOf(value) : []
    const shown = pairs
      .filter(([, one]) => one !== null)
      .map(([name, one]) => `${escapeHtml(name)}="${escapeHtml(one)}"`)
    return (truth(autospace) && shown.length > 0 ? ' ' : '') + shown.join(' ')
  }),
}
