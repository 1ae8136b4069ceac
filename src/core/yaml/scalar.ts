import { float, integer, type PyFloat } from '../values/types.ts'

/**
 * Plain scalars as Ansible's YAML reader takes them: YAML 1.1 types (https://yaml.org/type/), in the
 * narrower reading of PyYAML: `y` and `n` are text, and a float needs a dot and a signed exponent.
 * Timestamps stay the text that was written.
 */

const BOOLEAN = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$|^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/
const TRUE = /^(?:y|t|on)/i
const NULL = /^(?:~|null|Null|NULL|)$/
const INTEGER = /^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*(?::[0-5]?[0-9])*)$/
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

/** The value of an unquoted scalar: a boolean, null, a number, or the text itself. */
export function resolvePlain(text: string): unknown {
  if (NULL.test(text)) return null
  if (BOOLEAN.test(text)) return TRUE.test(text)
  if (INTEGER.test(text)) return toInteger(text)
  if (FLOAT.test(text)) return toFloat(text)
  return text
}

/** An integer of YAML 1.1: decimal, `0x`, `0b`, leading-zero octal or base 60; a bigint when it is too large for a number. */
export function toInteger(text: string): number | bigint {
  const [sign, digits] = signed(text.replaceAll('_', ''))
  if (digits.includes(':')) return sign * sexagesimal(digits)
  const source = digits.replace(/^0(?=[0-7])/, '0o')
  const value = Number(source)
  return Number.isSafeInteger(value) ? sign * value || 0 : integer(BigInt(sign) * BigInt(source))
}

/** A float of YAML 1.1, `.inf` and `.nan` included. */
export function toFloat(text: string): number | PyFloat {
  const [sign, digits] = signed(text.replaceAll('_', '').toLowerCase())
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY
  if (digits === '.nan') return Number.NaN
  return float(sign * (digits.includes(':') ? sexagesimal(digits) : Number(digits)))
}

function signed(text: string): [sign: 1 | -1, rest: string] {
  if (text.startsWith('-')) return [-1, text.slice(1)]
  return [1, text.startsWith('+') ? text.slice(1) : text]
}

function sexagesimal(digits: string): number {
  return digits.split(':').reduce((total, part) => total * 60 + Number(part), 0)
}
