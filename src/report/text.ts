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
  const seen = new WeakSet<object>()
  const sorted = (_key: string, item: unknown): unknown => {
    if (typeof item === 'bigint') return String(item)
    if (typeof item !== 'object' || item === null) return item
    if (seen.has(item)) return '(shown above)'
    seen.add(item)
    if (Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  const text = JSON.stringify(value, sorted, indent) ?? String(value)
  return printable(text)
}
