import { printable, printableJson } from '../core/printable.ts'
import { entriesOf, mapValues } from '../core/values/dicts.ts'
import { toJson as writeJson } from '../core/values/json.ts'
import { isDict, Native, PyFloat } from '../core/values/types.ts'

/** A value as JSON for people: keys in order, one line, or indented by that many spaces. */
export function toJson(value: unknown, indent?: number): string {
  return printable(writeJson(finite(value, []), { ...styleOf(indent), sortKeys: 'by text' }))
}

/** A value as JSON for programs: keys as they come, on one line or indented; what JSON has no number for is null. */
export function toReport(value: unknown, indent?: number): string {
  return printableJson(writeJson(finite(value, [], 'strict'), styleOf(indent)))
}

function styleOf(indent: number | undefined) {
  return { ascii: false, separators: [',', indent === undefined ? ':' : ': '], indent } as const
}

// A value inside itself has no end; what is only there twice is shown twice.
function finite(value: unknown, inside: readonly object[], strict: 'strict' | '' = ''): unknown {
  if (typeof value === 'number' && strict && !Number.isFinite(value)) return null
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof PyFloat || value instanceof Native) return value
  if (inside.includes(value)) return '(shown above)'
  const path = [...inside, value]
  const inner = (item: unknown) => finite(item, path, strict)
  if (Array.isArray(value)) return value.map(inner)
  if (value instanceof Map) return mapValues(value, inner)
  if ('toJSON' in value && typeof value.toJSON === 'function') return inner(value.toJSON())
  const entries = isDict(value) ? entriesOf(value) : Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, item]) => [key, inner(item)] as const).filter(([, item]) => item !== undefined),
  )
}
