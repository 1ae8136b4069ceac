import { UsageError } from '../../core/errors.ts'

/** One `key = value` of a file. */
export interface IniEntry {
  readonly section: string
  /** In lower case: keys do not tell case apart. */
  readonly key: string
  /** As written, unquoted parts and all; the lines of a longer one joined by line ends. */
  readonly value: string
  readonly line: number
}

interface Draft {
  readonly section: string
  readonly key: string
  readonly values: string[]
  readonly line: number
  readonly indent: number
}

/**
 * Reads an INI file as Python's ConfigParser does the way Ansible sets it up: `=` or `:` between key and value, whole
 * lines of comment after `#` or `;`, and the rest of a line after ` ;`; lines that are indented deeper go on with the
 * value before; nothing is interpolated (https://docs.python.org/3/library/configparser.html#supported-ini-file-structure).
 * No INI package of npm reads these: they cut values at `#`, or know neither `:` nor longer values.
 *
 * @param file the file's path, for messages
 * @throws {UsageError} for a line that is none of these, and for a section or key that stands there twice
 */
export function parseIni(text: string, file: string): readonly IniEntry[] {
  const drafts: Draft[] = []
  const seen = new Set<string>()
  let section: string | undefined
  let last: Draft | undefined
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1
    const wrong = (message: string) => new UsageError(message, { at: { file, line } })
    const content = withoutComment(raw)
    const indent = raw.length - raw.trimStart().length
    if (content === '') {
      // An empty line belongs to a longer value when more of it follows; a line of comment is none at all.
      if (raw.trim() === '') last?.values.push('')
      continue
    }
    if (last !== undefined && indent > last.indent) {
      last.values.push(content)
      continue
    }
    const header = /^\[(.+)\]/.exec(content)?.[1]
    if (header !== undefined) {
      if (seen.has(`[${header}]`)) throw wrong(`the section [${header}] stands here a second time`)
      seen.add(`[${header}]`)
      section = header
      last = undefined
      continue
    }
    const [, key, value] = /^(.*?)\s*[=:]\s*(.*)$/.exec(content) ?? []
    if (section === undefined) throw wrong('a setting must stand in a section, such as [defaults]')
    if (key === undefined || key === '' || value === undefined) {
      throw wrong(`'${content}' is no setting; write it as key = value`)
    }
    const name = `${section}.${key.toLowerCase()}`
    if (seen.has(name)) throw wrong(`'${key}' is set a second time in [${section}]`)
    seen.add(name)
    last = { section, key: key.toLowerCase(), values: [value], line, indent }
    drafts.push(last)
  }
  return drafts.map(({ section, key, values, line }) => ({
    section,
    key,
    value: values.join('\n').trimEnd(),
    line,
  }))
}

function withoutComment(line: string): string {
  if (/^\s*[#;]/.test(line)) return ''
  return line.replace(/\s;.*$/, '').trim()
}
