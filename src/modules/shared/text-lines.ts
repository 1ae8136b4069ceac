/** A file's text as lines, each with the end it has; only the last may have none. Bytes are latin1 characters. */
export interface TextLines {
  readonly lines: readonly string[]
  /** What ends the lines of this file: that of its first line. */
  readonly ending: '\n' | '\r\n'
}

/** Splits bytes into lines; joined, they are the same bytes again. */
export function splitLines(bytes: Buffer): TextLines {
  const lines = bytes.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? []
  return { lines, ending: lines[0]?.endsWith('\r\n') ? '\r\n' : '\n' }
}

/** A line without what ends it. */
export function bare(line: string): string {
  return line.replace(/\r?\n$/, '')
}

/** Lines put together, each but the last with an end: text that is put behind an unfinished line must not join it. */
export function joinLines(lines: readonly string[], ending: string): Buffer {
  const last = lines.length - 1
  return Buffer.from(
    lines.map((line, index) => (index < last && !line.endsWith('\n') ? line + ending : line)).join(''),
    'latin1',
  )
}
