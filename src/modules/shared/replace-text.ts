import { TaskError } from '../../core/errors.ts'
import { translatePythonRegex } from '../../core/python-regex.ts'
import type { Edited } from './plan-edit.ts'
import { expandMatch } from './python-regex.ts'

export interface ReplaceWish {
  readonly regexp: string
  readonly replace: string
  readonly after: string | undefined
  readonly before: string | undefined
  readonly encoding: string
}

/** Python's names of the encodings that are known here, without `-` and `_`, and the ones of Node. */
const ENCODINGS: Readonly<Record<string, BufferEncoding>> = {
  utf8: 'utf8',
  ascii: 'latin1',
  usascii: 'latin1',
  latin1: 'latin1',
  iso88591: 'latin1',
  utf16le: 'utf16le',
}

/**
 * Replaces every match of a regular expression in a text, or in the part of it that lies behind `after` and before
 * `before`, by the rules of Ansible's documentation. `^` and `$` stand for the ends of lines.
 * @throws {TaskError} when the text is not in the encoding that is said
 */
export function replaceText(bytes: Buffer, wish: ReplaceWish): Edited & { readonly untouched?: true } {
  const encoding = ENCODINGS[wish.encoding.toLowerCase().replace(/[-_]/g, '')]
  if (encoding === undefined) {
    throw new TaskError(
      `replace does not know the encoding ${wish.encoding}; use one of: utf-8, latin-1, utf-16-le`,
    )
  }
  const text = bytes.toString(encoding)
  if (!Buffer.from(text, encoding).equals(bytes)) {
    throw new TaskError(`the file is no text in ${wish.encoding}`, {
      hint: 'Say which with encoding: latin-1.',
    })
  }
  const section = sectionOf(text, wish)
  if ('missing' in section) {
    const msg = `Pattern for before/after params did not match the given file: ${section.missing}`
    return { bytes, msg, untouched: true }
  }
  const { start, end } = section
  const part = text.slice(start, end)
  const matches = [...part.matchAll(translatePythonRegex(wish.regexp, { multiline: true }))]
  let replaced = ''
  let from = 0
  for (const match of matches) {
    replaced += part.slice(from, match.index) + expandMatch(wish.replace, match)
    from = match.index + match[0].length
  }
  replaced += part.slice(from)
  if (replaced === part) return { bytes, msg: '' }
  const edited = Buffer.from(text.slice(0, start) + replaced + text.slice(end), encoding)
  return { bytes: edited, msg: `${matches.length} replacements made` }
}

function sectionOf(
  text: string,
  { after, before }: ReplaceWish,
): { readonly start: number; readonly end: number } | { readonly missing: string } {
  if (!after && !before) return { start: 0, end: text.length }
  const lazy = after && before ? '?' : ''
  const pattern = `${after ?? ''}(?P<subsection>.*${lazy})${before ?? ''}`
  const regex = translatePythonRegex(`(?s)${pattern}`)
  const match = new RegExp(regex.source, `${regex.flags}d`).exec(text)
  const [start, end] = match?.indices?.groups?.subsection ?? []
  return start === undefined || end === undefined ? { missing: pattern } : { start, end }
}
