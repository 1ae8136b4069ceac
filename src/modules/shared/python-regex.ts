import { ArgumentError } from '../../core/errors.ts'
import { translatePythonRegex } from '../../core/python-regex.ts'

/**
 * A regular expression of Python's `re` on bytes, as Ansible's modules for lines use it. Text is to be given as latin1,
 * one character for each byte.
 * @throws {ArgumentError} for what has no counterpart, and for a pattern that is none
 */
export function pythonRegex(pattern: string): RegExp {
  const { source, flags } = translatePythonRegex(Buffer.from(pattern, 'utf8').toString('latin1'), {
    ascii: true,
  })
  // Without `g`, so that a test remembers nothing of the one before.
  return new RegExp(source, flags.replace('g', ''))
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
