/**
 * Text by its code points, as Python counts them, without an array of them: a command's output may have more characters
 * than an array can hold.
 */

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/
/** Characters that a piece of a new text has at least, so that few pieces make a long one. */
const PIECE = 65_536

const isWide = (text: string): boolean => PAIR.test(text)

/** How many code points a text has. */
export function lengthOf(text: string): number {
  if (!isWide(text)) return text.length
  let pairs = 0
  for (const _pair of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) pairs += 1
  return text.length - pairs
}

// Where the code point of that number begins, in code units.
function offsetOf(text: string, index: number): number {
  let offset = 0
  for (let left = index; left > 0 && offset < text.length; left -= 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1
  }
  return offset
}

/** The code points from one index up to another, as `slice` of an array: from the end where an index is negative. */
export function sliceOf(text: string, start = 0, end?: number): string {
  if (!isWide(text)) return text.slice(start, end)
  const length = start < 0 || (end ?? 0) < 0 ? lengthOf(text) : 0
  const from = start < 0 ? Math.max(0, length + start) : start
  const to = end === undefined || end >= 0 ? end : Math.max(0, length + end)
  const first = offsetOf(text, from)
  return to === undefined ? text.slice(first) : text.slice(first, Math.max(first, offsetOf(text, to)))
}

/** The code point at an index, from the end where it is negative; undefined where there is none. */
export function characterAt(text: string, index: number): string | undefined {
  const found = sliceOf(text, index, index === -1 ? undefined : index + 1)
  return found === '' || index < -lengthOf(text) ? undefined : found
}

/** Every code point from one index on that is before another, in steps of `stride`; backwards where that is negative. */
export function everyNth(text: string, from: number, to: number, stride: number): string {
  if (stride < 0) {
    const last = lengthOf(text) - 1
    return everyNth(reversed(text), last - from, last - to, -stride)
  }
  if (stride === 1) return from < to ? sliceOf(text, from, to) : ''
  const pieces: string[] = []
  let piece = ''
  let index = 0
  for (const character of text) {
    if (index >= to) break
    if (index >= from && (index - from) % stride === 0) piece += character
    index += 1
    if (piece.length < PIECE) continue
    pieces.push(piece)
    piece = ''
  }
  return pieces.join('') + piece
}

/** The code points in the opposite order. */
export function reversed(text: string): string {
  const pieces: string[] = []
  for (let end = text.length; end > 0; ) {
    let start = Math.max(0, end - PIECE)
    // A pair stays in one piece.
    if (start > 0 && PAIR.test(text.slice(start - 1, start + 1))) start -= 1
    pieces.push(Array.from(text.slice(start, end)).reverse().join(''))
    end = start
  }
  return pieces.join('')
}
