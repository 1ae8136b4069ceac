import { ArgumentError } from './errors.ts'

/** How a pattern of Python's `re` is meant. */
export interface PythonRegexFlags {
  readonly ignorecase?: boolean
  readonly multiline?: boolean
  /** A pattern for bytes: `\w`, `\d`, `\s` and `\b` know ASCII alone. Text and pattern are latin1, a character for each byte. */
  readonly ascii?: boolean
}

const word = String.raw`\p{L}\p{N}_`
type Classes = Readonly<Record<string, readonly [outside: string, inside: string]>>

const unicode: Classes = {
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

const blank = String.raw` \t\n\r\f\v`
const ascii: Classes = {
  ...unicode,
  w: ['\\w', '\\w'],
  W: ['\\W', '\\W'],
  d: ['\\d', '\\d'],
  D: ['\\D', '\\D'],
  b: ['\\b', '\\b'],
  B: ['\\B', ''],
  // JavaScript's own takes in more than ASCII, where a byte would be taken for half a letter.
  s: [`[${blank}]`, blank],
  S: [`[^${blank}]`, ''],
}

/**
 * Translates a pattern of Python's `re` into a RegExp (flags `gu` and those of the pattern).
 * Known: named groups `(?P<n>…)` and `(?P=n)`, flags at the start `(?ims)`, `\A`, `\Z`, Unicode `\w \d \b`, `(?#…)`.
 * @throws {ArgumentError} for what JavaScript cannot do: flags within `(?i:…)`, `(?x)`, atomic and conditional groups
 */
export function translatePythonRegex(source: string, flags: PythonRegexFlags = {}): RegExp {
  const [head = '', letters = ''] = /^\(\?([aiLmsux]+)\)/.exec(source) ?? []
  if (letters.includes('x')) unsupported(source, 'the verbose flag (?x)')
  const classes = flags.ascii || letters.includes('a') ? ascii : unicode
  const ignorecase = flags.ignorecase === true || letters.includes('i')
  const multiline = flags.multiline === true || letters.includes('m')
  const dotall = letters.includes('s')
  const body = convert(source.slice(head.length), { multiline, dotall, classes, whole: source })
  try {
    return new RegExp(body, `gu${ignorecase ? 'i' : ''}${multiline ? 'm' : ''}${dotall ? 's' : ''}`)
  } catch (error) {
    throw new ArgumentError(
      `'${source}' is no valid regular expression: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function unsupported(source: string, what: string): never {
  throw new ArgumentError(`the regular expression '${source}' uses ${what}, which is not supported`)
}

interface Mode {
  readonly multiline: boolean
  readonly dotall: boolean
  readonly classes: Classes
  readonly whole: string
}

const pieces =
  /\\(?<escape>[\s\S])|\(\?P<(?<name>\w+)>|\(\?P=(?<back>\w+)\)|\(\?#[^)]*\)|\(\?(?<group>[^:=!<P#])|(?<set>\[\^?\]?(?:\\[\s\S]|[^\]\\])*\])|(?<count>\{(?:\d+,?\d*|,\d+)\})|(?<other>[\s\S])/gu

function convert(source: string, mode: Mode): string {
  let body = ''
  for (const match of source.matchAll(pieces)) {
    const { escape: escaped, name, back, group, set, count, other } = match.groups ?? {}
    if (escaped !== undefined) body += outsideEscape(escaped, mode.classes)
    else if (name !== undefined) body += `(?<${name}>`
    else if (back !== undefined) body += `\\k<${back}>`
    else if (group !== undefined) unsupported(mode.whole, `the group '(?${group}…'`)
    else if (set !== undefined) body += convertSet(set, mode.classes)
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
function outsideEscape(character: string, classes: Classes): string {
  const known = Object.hasOwn(classes, character) ? classes[character] : undefined
  if (known !== undefined) return known[0]
  if (/[sSnrtfv0-9xukpP]/.test(character)) return `\\${character}`
  return literal(character)
}

function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) && character !== '-' ? `\\${character}` : character
}

function convertSet(set: string, classes: Classes): string {
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
