import { printable } from '../core/printable.ts'

/** A value as JSON for people: keys in order, one line, or indented by that many spaces. */
export function toJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(ordered(value, []), undefined, indent) ?? String(value)
  return printable(text)
}

// A value inside itself has no end; what is only there twice is shown twice.
function ordered(value: unknown, inside: readonly object[]): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (inside.includes(value)) return '(shown above)'
  const path = [...inside, value]
  if (Array.isArray(value)) return value.map((item) => ordered(item, path))
  if ('toJSON' in value && typeof value.toJSON === 'function') return ordered(value.toJSON(), path)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, ordered(item, path)]))
}
