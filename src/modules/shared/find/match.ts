import { ArgumentError } from '../../../core/errors.ts'
import { translatePythonRegex } from '../../../core/python-regex.ts'

type Match = (text: string) => boolean

/** A match of Python's `re.match`: from the beginning, to any end. */
export function matchStart(pattern: string): Match {
  const { source, flags } = translatePythonRegex(pattern)
  const regex = new RegExp(source, flags.replace('g', 'y'))
  return (text) => {
    regex.lastIndex = 0
    return regex.test(text)
  }
}

/** A match of Python's `fnmatch`: `*`, `?`, `[abc]` and `[!abc]`; a `*` takes in everything, a leading dot too. */
export function matchGlob(glob: string): Match {
  const source = glob.replace(/\*|\?|\[!?\]?[^\]]*\]|[\s\S]/gu, (token) => {
    if (token === '*') return '[\\s\\S]*'
    if (token === '?') return '[\\s\\S]'
    if (token.length < 2) return token.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
    const inner = token
      .slice(1, -1)
      .replace(/^!/, '')
      .replace(/[\\^\]&~]/g, '\\$&')
    return token.startsWith('[!') ? `[^${inner}]` : `[${inner}]`
  })
  const regex = new RegExp(`^${source}$`, 'u')
  return (text) => regex.test(text)
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
const BYTES: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** An age such as `-2d` in seconds. @throws {ArgumentError} */
export const parseAge = (text: string): number => parseAmount(text, 'age', SECONDS)

/** A size such as `10m` in bytes. @throws {ArgumentError} */
export const parseSize = (text: string): number => parseAmount(text, 'size', BYTES)

function parseAmount(text: string, what: string, units: Readonly<Record<string, number>>): number {
  const [, number, unit = ''] = /^(-?\d+)([a-z])?$/.exec(text.toLowerCase()) ?? []
  const factor = unit === '' ? 1 : units[unit]
  if (number !== undefined && factor !== undefined) return Number(number) * factor
  throw new ArgumentError(
    `failed to process ${what}: ${JSON.stringify(text)} is no number with one of the units ${Object.keys(units).join(', ')}`,
  )
}

/** Whether a value is at least an amount, or at most it when the amount is negative. */
export function atLeast(value: number, amount: number | undefined): boolean {
  if (amount === undefined) return true
  return amount >= 0 ? value >= amount : value <= -amount
}

/**
 * The same expression for `grep -E`, from the beginning of a line, where both languages mean the same by it; undefined
 * otherwise. So that files need not be sent to be searched.
 */
export function grepOf(pattern: string): string | undefined {
  if (
    !/^(?:[A-Za-z0-9 _#@%&=:;,<>"'/!~-]|\\[./[\](){}*+?|^$-]|\.[*+?]?|\^(?=.)|(?<=[A-Za-z0-9 _.])[*+?](?![*+?]))+\$?$/.test(
      pattern,
    )
  )
    return undefined
  return `^(${pattern})`
}
