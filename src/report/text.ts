/**
 * Text from a host as it may be shown on a terminal: control characters (C0, C1, escape sequences) and marks that
 * turn the direction of writing are written out, so that a host cannot steer the reader's terminal.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => {
      const code = character.charCodeAt(0)
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
    },
  )
}

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
