import { Cache } from '../cache.ts'
import { EvaluationError } from './values.ts'

const word = String.raw`\p{L}\p{N}_`
const classes: Readonly<Record<string, readonly [outside: string, inside: string]>> = {
  w: [`[${word}]`, word],
  W: [`[^${word}]`, ''],
  d: [String.raw`\p{Nd}`, String.raw`\p{Nd}`],
  D: [String.raw`\P{Nd}`, String.raw`\P{Nd}`],
  A: ['(?<![\\s\\S])', ''],
  Z: ['(?![\\s\\S])', ''],
  b: [`(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`, '\\b'],
  B: [`(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`, ''],
  a: ['\\x07', '\\x07'],
}

const cache = new Cache<RegExp>(500)

export interface RegexFlags {
  readonly ignorecase?: boolean
  readonly multiline?: boolean
}

/**
 * Translates a pattern of Python's `re` into a RegExp (flags `gu` and those of the pattern).
 * Known: named groups `(?P<n>…)` and `(?P=n)`, flags at the start `(?ims)`, `\A`, `\Z`, Unicode `\w \d \b`, `(?#…)`.
 * @throws EvaluationError for what JavaScript cannot do: flags within `(?i:…)`, `(?x)`, atomic and conditional groups
 */
export function pythonRegex(source: string, flags: RegexFlags = {}): RegExp {
  const key = `${flags.ignorecase === true} ${flags.multiline === true} ${source}`
  const known = cache.get(key)
  if (known !== undefined) {
    known.lastIndex = 0
    return known
  }
  return cache.set(key, translate(source, flags))
}

function translate(source: string, flags: RegexFlags): RegExp {
  const [head = '', letters = ''] = /^\(\?([aiLmsux]+)\)/.exec(source) ?? []
  if (letters.includes('x')) unsupported(source, 'the verbose flag (?x)')
  const ignorecase = flags.ignorecase === true || letters.includes('i')
  const multiline = flags.multiline === true || letters.includes('m')
  const dotall = letters.includes('s')
  const body = convert(source.slice(head.length), { multiline, dotall, whole: source })
  try {
    return new RegExp(body, `gu${ignorecase ? 'i' : ''}${multiline ? 'm' : ''}${dotall ? 's' : ''}`)
  } catch (error) {
    throw new EvaluationError(
      `the regular expression '${source}' is wrong: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function unsupported(source: string, what: string): never {
  throw new EvaluationError(`the regular expression '${source}' uses ${what}, which is not supported`)
}

interface Mode {
  readonly multiline: boolean
  readonly dotall: boolean
  readonly whole: string
}

const pieces =
  /\\(?<escape>[\s\S])|\(\?P<(?<name>\w+)>|\(\?P=(?<back>\w+)\)|\(\?#[^)]*\)|\(\?(?<group>[^:=!<P#])|(?<set>\[\^?\]?(?:\\[\s\S]|[^\]\\])*\])|(?<count>\{(?:\d+,?\d*|,\d+)\})|(?<other>[\s\S])/gu

function convert(source: string, mode: Mode): string {
  let body = ''
  for (const match of source.matchAll(pieces)) {
    const { escape: escaped, name, back, group, set, count, other } = match.groups ?? {}
    if (escaped !== undefined) body += outsideEscape(escaped)
    else if (name !== undefined) body += `(?<${name}>`
    else if (back !== undefined) body += `\\k<${back}>`
    else if (group !== undefined) unsupported(mode.whole, `the group '(?${group}…'`)
    else if (set !== undefined) body += convertSet(set)
    else if (count !== undefined) body += count.replace('{,', '{0,')
    else if (other !== undefined) body += plain(other, mode)
  }
  return body
}

function plain(character: string, { multiline, dotall }: Mode): string {
  if (character === '$') return multiline ? '(?=\\n|(?![\\s\\S]))' : '(?=\\n?(?![\\s\\S]))'
  if (character === '^') return multiline ? '(?<=\\n|(?<![\\s\\S]))' : '^'
  if (character === '.' && !dotall) return '[^\\n]'
  return '{}]'.includes(character) ? `\\${character}` : character
}

/** Escapes that both languages share, or letters that JavaScript takes only in this form. */
function outsideEscape(character: string): string {
  const known = Object.hasOwn(classes, character) ? classes[character] : undefined
  if (known !== undefined) return known[0]
  if (/[sSnrtfv0-9xukpP]/.test(character)) return `\\${character}`
  return literal(character)
}

function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) && character !== '-' ? `\\${character}` : character
}

function convertSet(set: string): string {
  const negated = set.startsWith('[^')
  const inner = set.slice(negated ? 2 : 1, -1)
  let body = ''
  for (const [whole, escaped] of inner.matchAll(/\\([\s\S])|[\s\S]/gu)) {
    if (escaped === undefined) body += '[]'.includes(whole) ? `\\${whole}` : whole
    else if (escaped === 'W') body += '\\W'
    else {
      const known = Object.hasOwn(classes, escaped) ? classes[escaped] : undefined
      if (known !== undefined && known[1] !== '') body += known[1]
      else if (/[sSnrtfvxu0-9]/.test(escaped)) body += `\\${escaped}`
      else body += /[\^\\\]\-[]/.test(escaped) ? `\\${escaped}` : escaped
    }
  }
  return `[${negated ? '^' : ''}${body}]`
}

const replacementPieces = /\\(?:g<(\w+)>|(\d{1,2})|([\s\S]))/g
const replacementEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  f: '\f',
  v: '\v',
  b: '\b',
  '\\': '\\',
}

/** The text of a replacement such as `\1-\g<name>` for one match. */
export function expandReplacement(replacement: string, match: RegExpMatchArray): string {
  return replacement.replace(replacementPieces, (whole, name?: string, digits?: string, letter?: string) => {
    if (letter !== undefined) return replacementEscapes[letter] ?? whole
    const group = name ?? digits ?? ''
    if (/^\d+$/.test(group)) {
      if (Number(group) >= match.length)
        throw new EvaluationError(`invalid group reference ${group} in '${replacement}'`)
      return match[Number(group)] ?? ''
    }
    if (match.groups === undefined || !(group in match.groups)) {
      throw new EvaluationError(`unknown group name '${group}' in '${replacement}'`)
    }
    return match.groups[group] ?? ''
  })
}

/** Python's `re.sub`, at most `count` times when that is not zero. */
export function substitute(pattern: RegExp, replacement: string, text: string, count = 0): string {
  let done = 0
  let result = ''
  let end = 0
  for (const match of text.matchAll(pattern)) {
    if (count > 0 && done >= count) break
    result += text.slice(end, match.index) + expandReplacement(replacement, match)
    end = match.index + match[0].length
    done += 1
  }
  return result + text.slice(end)
}

/** Whether a pattern matches anywhere, at the start, or the whole text: Python's search, match and fullmatch. */
export function matches(pattern: RegExp, text: string, how: string): boolean {
  pattern.lastIndex = 0
  if (how === 'search') return pattern.test(text)
  const flags = pattern.flags.replace('g', 'y')
  const source = how === 'fullmatch' ? `(?:${pattern.source})(?![\\s\\S])` : pattern.source
  return new RegExp(source, flags).test(text)
}
