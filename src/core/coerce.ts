import type { ArgumentType } from './arguments.ts'
import { byName } from './values/dictionary.ts'
import { readJson } from './values/read-json.ts'
import { str } from './values/text.ts'
import { isNumber } from './values/types.ts'

/** Thrown inside a coercion and turned into an argument's error by the caller: says what was expected. */
export class Mismatch extends Error {}

const TRUE = new Set(['y', 'yes', 'on', '1', 'true', 't', '1.0'])
const FALSE = new Set(['n', 'no', 'off', '0', 'false', 'f', '0.0'])

/**
 * Reads a boolean as Ansible modules do: yes/no, on/off, true/false, y/n, t/f, 1/0, in any case.
 * @throws {Mismatch} for anything else
 */
export function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  const word = str(value).toLowerCase().trim()
  if (TRUE.has(word)) return true
  if (FALSE.has(word)) return false
  throw new Mismatch('a boolean (yes/no, true/false, on/off, 1/0)')
}

function toNumber(value: unknown): number {
  const number = isNumber(value)
    ? Number(value)
    : Number(typeof value === 'string' ? value.trim() : Number.NaN)
  if (Number.isNaN(number) || value === '') throw new Mismatch('a number')
  return number
}

function toInteger(value: unknown): number {
  const number = toNumber(value)
  if (!Number.isInteger(number)) throw new Mismatch('a whole number')
  return number
}

function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return value.split(',').map((part) => part.trim())
  if (isNumber(value) || typeof value === 'boolean') return [str(value)]
  throw new Mismatch('a list')
}

function toDictionary(value: unknown): Record<string, unknown> {
  const given = byName(value)
  if (given !== undefined) return given
  const text = typeof value === 'string' ? value.trim() : ''
  if (text.startsWith('{')) {
    try {
      const parsed = byName(readJson(text))
      if (parsed !== undefined) return parsed
    } catch {
      throw new Mismatch('a dictionary, or one as JSON text')
    }
  }
  if (!text.includes('=')) throw new Mismatch('a dictionary')
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [key = '', ...rest] = pair.split('=')
      return [key.trim(), rest.join('=').trim()]
    }),
  )
}

/**
 * A file mode as chmod takes it. Numbers are modes already (0o644, or YAML's 0644); text is octal or
 * symbolic, as in Ansible's `mode`.
 */
function toMode(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0o7777) {
    return `0${value.toString(8).padStart(3, '0')}`
  }
  const text = typeof value === 'string' ? value.trim() : ''
  if (/^[0-7]{1,5}$/.test(text)) return `0${text.replace(/^0+/, '').padStart(3, '0')}`
  if (/^([ugoa]*[-+=]([rwxXst]*|[ugo]))+(,([ugoa]*[-+=]([rwxXst]*|[ugo]))+)*$/.test(text)) return text
  if (text === 'preserve') return text
  throw new Mismatch("a file mode such as '0644' or 'u=rw,go=r'")
}

/** How each type of parameter reads a value; each throws Mismatch, saying what it expects. */
export const COERCIONS: Readonly<Record<ArgumentType, (value: unknown) => unknown>> = {
  str,
  path: str,
  bool: toBoolean,
  int: toInteger,
  float: toNumber,
  list: toList,
  dict: toDictionary,
  raw: (value) => value,
  mode: toMode,
}
