import { ArgumentError } from '../../core/errors.ts'

const SPACE = ' \\t\\n\\r\\f\\v'

/** One token of a pattern: a class's beginning, an escape, a group's beginning, a repeat without its lower bound. */
const TOKEN =
  /\\(.)|\[\^?\]?|\]|\(\?(?:P<|P=([A-Za-z_]\w*)\)|#[^)]*\)|[aiLmsux]+\)|[aiLmsux-]+:)|\{,(\d+)\}/gs

/**
 * Turns a regular expression of Python's `re` (on bytes, as Ansible's modules use it) into one of JavaScript's. Text is
 * to be given as latin1, one character for each byte, and so is the pattern here.
 * @param flags JavaScript's flags to begin with
 * @throws {ArgumentError} for what has no counterpart, and for a pattern that is none
 */
export function pythonRegex(pattern: string, flags = ''): RegExp {
  const bytes = Buffer.from(pattern, 'utf8').toString('latin1')
  const unsupported = (what: string) =>
    new ArgumentError(
      `the regular expression ${JSON.stringify(pattern)} holds ${what}, which is not supported`,
    )
  let inClass = false
  const found = new Set(flags)
  const source = bytes.replace(TOKEN, (token, escaped?: string, reference?: string, most?: string) => {
    if (escaped !== undefined) return translateEscape(escaped, inClass) ?? token
    if (token.startsWith('[')) {
      if (inClass) return token.replaceAll('[', '\\[')
      inClass = true
      // Right after the beginning a bracket stands for itself.
      return token.replace(']', '\\]')
    }
    if (token === ']') {
      inClass = false
      return token
    }
    if (inClass) return token
    if (most !== undefined) return `{0,${most}}`
    if (token === '(?P<') return '(?<'
    if (reference !== undefined) return `\\k<${reference}>`
    if (token.startsWith('(?#')) return ''
    if (token.endsWith(':')) throw unsupported(`flags for a part of it (${token})`)
    for (const flag of token.slice(2, -1)) {
      if (flag === 'x' || flag === 'L' || flag === 'u') throw unsupported(`the flag ${flag}`)
      if (flag !== 'a') found.add(flag)
    }
    return ''
  })
  try {
    return new RegExp(source, [...found].join(''))
  } catch (error) {
    throw new ArgumentError(
      `${JSON.stringify(pattern)} is no valid regular expression: ${(error as Error).message}`,
    )
  }
}

function translateEscape(letter: string, inClass: boolean): string | undefined {
  // JavaScript's `\s` takes in more than ASCII, where a byte would be taken for half a letter.
  if (letter === 's') return inClass ? SPACE : `[${SPACE}]`
  if (inClass) return undefined
  return { S: `[^${SPACE}]`, A: '(?<![^])', Z: '(?![^])', a: '\\x07' }[letter]
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
}

/**
 * Fills a replacement in Python's notation from a match: `\1`, `\g<1>`, `\g<name>`, and escapes such as `\n`. A group
 * that took no part is empty text.
 * @throws {ArgumentError} for a group that the expression does not have, and for an unknown escape
 */
export function expandMatch(template: string, match: RegExpExecArray): string {
  const group = (name: string) => {
    const value = /^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]
    const exists = /^\d+$/.test(name) ? Number(name) < match.length : name in (match.groups ?? {})
    if (!exists)
      throw new ArgumentError(`the regular expression has no group '${name}', which the line refers to`)
    return value ?? ''
  }
  return template.replace(
    /\\(?:g<([^>]*)>|([1-9]\d?)|(.))/gs,
    (token, name?: string, number?: string, letter = '') => {
      if (name !== undefined) return group(name)
      if (number !== undefined) return group(number)
      const character = ESCAPES[letter]
      if (character !== undefined) return character
      if (/[A-Za-z0-9]/.test(letter)) throw new ArgumentError(`the line holds ${token}, which is no escape`)
      return token
    },
  )
}
