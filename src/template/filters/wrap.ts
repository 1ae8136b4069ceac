interface WrapOptions {
  readonly width: number
  readonly breakLong: boolean
  readonly hyphens: boolean
}

/** Words, spaces between them, and the parts of words that end in a hyphen. */
function chunksOf(text: string, hyphens: boolean): string[] {
  const words = text.match(/\s+|\S+/g) ?? []
  if (!hyphens) return words
  return words.flatMap((word) => word.match(/[^\s-]*[\p{L}\p{N}_][^\s-]*-+(?=[\p{L}_])|.+$/gsu) ?? [word])
}

/** Fills lines up to a width, as Python's textwrap does without touching white space inside them. */
export function wrapText(text: string, { width, breakLong, hyphens }: WrapOptions): string[] {
  const chunks = chunksOf(text, hyphens)
  const lines: string[] = []
  while (chunks.length > 0) {
    const line: string[] = []
    let size = 0
    if (lines.length > 0 && chunks[0]?.trim() === '') chunks.shift()
    while (chunks.length > 0 && size + (chunks[0]?.length ?? 0) <= width) {
      const chunk = chunks.shift() ?? ''
      line.push(chunk)
      size += chunk.length
    }
    const [next] = chunks
    if (next !== undefined && next.length > width) {
      const room = Math.max(1, width - size)
      if (breakLong) {
        line.push(next.slice(0, room))
        chunks[0] = next.slice(room)
      } else if (line.length === 0) line.push(chunks.shift() ?? '')
    }
    if (line.length > 0 && line.at(-1)?.trim() === '') line.pop()
    if (line.length > 0) lines.push(line.join(''))
  }
  return lines
}
