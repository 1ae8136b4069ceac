import { ArgumentError } from '../../core/errors.ts'

/** A match as results tell it. */
export interface Match {
  readonly groups: readonly (string | null)[]
  readonly named: Readonly<Record<string, string | null>>
}

/**
 * A Python regular expression, as `wait_for` takes it, compiled for JavaScript: `^` and `$` hold at each line.
 * @throws {ArgumentError} when it cannot be compiled
 */
export function compilePattern(pattern: string): RegExp {
  const translated = pattern
    .replace(/\(\?P<(\w+)>/g, '(?<$1>')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replaceAll('\\A', '(?<![\\s\\S])')
    .replaceAll('\\Z', '(?![\\s\\S])')
  const [, flags = ''] = /^\(\?([aimsux]+)\)/.exec(translated) ?? []
  try {
    const own = [...flags].filter((flag) => 'is'.includes(flag))
    return new RegExp(translated.replace(/^\(\?[aimsux]+\)/, ''), ['m', ...own].join(''))
  } catch (cause) {
    throw new ArgumentError(`wait_for: search_regex '${pattern}' is no regular expression`, { cause })
  }
}

/** The groups of the first match; undefined when there is none. */
export function search(pattern: RegExp, text: string): Match | undefined {
  const found = pattern.exec(text)
  if (found === null) return undefined
  const named = Object.entries(found.groups ?? {}).map(([name, value]) => [name, value ?? null])
  return { groups: found.slice(1).map((group) => group ?? null), named: Object.fromEntries(named) }
}
