import { ArgumentError } from '../../core/errors.ts'
import { type PythonRegexFlags, translatePythonRegex } from '../../core/python-regex.ts'
import { EvaluationError } from '../../core/values/types.ts'
import { Cache } from '../cache.ts'

const cache = new Cache<RegExp>(500)

export type RegexFlags = Omit<PythonRegexFlags, 'ascii'>

/**
 * Translates a pattern of Python's `re`; patterns are kept, since templates ask for the same ones over and over.
 * @throws EvaluationError for what JavaScript cannot do
 */
export function pythonRegex(source: string, flags: RegexFlags = {}): RegExp {
  const key = `${flags.ignorecase === true} ${flags.multiline === true} ${source}`
  const known = cache.get(key)
  if (known !== undefined) {
    known.lastIndex = 0
    return known
  }
  try {
    return cache.set(key, translatePythonRegex(source, flags))
  } catch (error) {
    throw error instanceof ArgumentError ? new EvaluationError(error.message) : error
  }
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
  return replacement.replace(
    replacementPieces,
    (whole, name?: string, digits?: string, letter?: string, at = 0) => {
      if (letter !== undefined) {
        const known = replacementEscapes[letter]
        if (known === undefined && /[A-Za-fh-z]/.test(letter)) {
          throw new EvaluationError(`bad escape ${whole} at position ${at} in '${replacement}'`)
        }
        return known ?? whole
      }
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
    },
  )
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
