import { truth } from '../../core/values/compare.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError, Tuple } from '../../core/values/types.ts'
import { expandReplacement, pythonRegex, substitute } from '../python/regex.ts'
import { type FilterTable, filter } from './define.ts'

const compile = (pattern: unknown, multiline: unknown, ignorecase: unknown): RegExp =>
  pythonRegex(text(pattern, 'a regular expression'), {
    multiline: truth(multiline),
    ignorecase: truth(ignorecase),
  })

const found = (groups: readonly (string | undefined)[]): unknown => {
  const [whole, first = '', ...more] = groups
  if (groups.length === 1) return whole
  return more.length === 0 ? first : Tuple.over([first, ...more.map((one) => one ?? '')])
}

function search(value: string, pattern: RegExp, wanted: readonly unknown[]): unknown {
  const match = [...value.matchAll(pattern)][0]
  if (match === undefined) return null
  if (wanted.length === 0) return match[0]
  return wanted.map((one) => {
    const group = text(one, 'a group')
    if (!/^\\(g<\w+>|\d+)$/.test(group))
      throw new EvaluationError(`regex_search: '${group}' is no group; write \\1 or \\g<name>`)
    const [, name = group.slice(1)] = /^\\g<(\w+)>$/.exec(group) ?? []
    const value = /^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]
    return value === undefined && expandReplacement(group, match) === '' ? null : value
  })
}

/** Filters for regular expressions, in Python's syntax. */
export const regexFilters: FilterTable = {
  regex_replace: filter(
    'pattern replacement ignorecase multiline count mandatory_count',
    (value, [pattern = '', replacement = '', ignorecase, multiline, count = 0, mandatory = 0]) => {
      const regex = compile(pattern, multiline, ignorecase)
      const source = str(value)
      const times = [...source.matchAll(regex)].length
      if (toIndex(mandatory) > 0 && times !== toIndex(mandatory)) {
        throw new EvaluationError(
          `'${String(pattern)}' should match ${str(mandatory)} times, but matches ${times} times`,
        )
      }
      return substitute(regex, text(replacement, 'a replacement'), source, toIndex(count))
    },
  ),
  regex_search: filter(
    'regex! *groups ignorecase multiline',
    (value, [pattern, groups, ignorecase, multiline]) =>
      search(str(value), compile(pattern, multiline, ignorecase), groups as unknown[]),
  ),
  regex_findall: filter('regex! multiline ignorecase', (value, [pattern, multiline, ignorecase]) =>
    Array.from(str(value).matchAll(compile(pattern, multiline, ignorecase)), (match) => found([...match])),
  ),
  regex_escape: filter('re_type', (value, [type = 'python']) => {
    if (type === 'posix_basic') return str(value).replace(/[\][.^$*\\]/g, '\\$&')
    if (type !== 'python')
      throw new EvaluationError(`regex_escape: ${str(type)} is not implemented; use python or posix_basic`)
    return str(value).replace(/[ \t\n\r\v\f()[\]{}?*+\-|^$\\.&~#]/g, '\\$&')
  }),
}
