/** The marks around one request's output on one stream. */
export interface Marks {
  readonly begin: string
  readonly end: string
}

/** The marks of a request; `nonce` is its own and holds a random number, so that no output can hold them by chance. */
export function marksOf(nonce: string): Marks {
  return { begin: `@begin-${nonce}@\n`, end: `@end-${nonce} ` }
}

export interface FrameEvents {
  /** Output of the request, as it arrives. */
  readonly onOutput?: ((chunk: Buffer) => void) | undefined
  /** What came before the begin mark: noise of a login shell, or late output of an earlier background process. */
  readonly onNoise?: ((chunk: Buffer) => void) | undefined
}

/** Cuts one request's output out of a stream. */
export interface Frame {
  /** Takes the stream's next bytes; true once the end mark with its exit code is complete. */
  push(chunk: Buffer): boolean
  readonly done: boolean
  /** What came behind the end mark in the last chunk: it belongs to the next request. */
  readonly rest: Buffer
  readonly code: number
  output(): Buffer
}

const NOTHING = Buffer.alloc(0)

/**
 * Opens a frame. Each byte is looked at once, and only what may be the beginning of a mark is held back, so
 * that 50 MB take linear time and live output is not late.
 */
export function openFrame(marks: Marks, { onOutput, onNoise }: FrameEvents = {}): Frame {
  const begin = Buffer.from(marks.begin)
  const end = Buffer.from(marks.end)
  const chunks: Buffer[] = []
  let state: 'before' | 'inside' | 'code' | 'done' = 'before'
  let held: Buffer = NOTHING
  let rest: Buffer = NOTHING
  let code = -1

  const take = (data: Buffer, mark: Buffer, deliver: (part: Buffer) => void): Buffer | undefined => {
    const at = data.indexOf(mark)
    const safe = at === -1 ? data.length - heldBack(data, mark) : at
    if (safe > 0) deliver(data.subarray(0, safe))
    if (at !== -1) return data.subarray(at + mark.length)
    held = data.subarray(safe)
    return undefined
  }
  const keep = (part: Buffer): void => {
    chunks.push(part)
    onOutput?.(part)
  }

  return {
    push(chunk) {
      let data: Buffer | undefined = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      held = NOTHING
      if (state === 'before') {
        data = take(data, begin, (part) => onNoise?.(part))
        if (data === undefined) return false
        state = 'inside'
      }
      if (state === 'inside') {
        data = take(data, end, keep)
        if (data === undefined) return false
        state = 'code'
      }
      if (state === 'code') {
        const newline = data.indexOf('\n')
        if (newline === -1) {
          held = data
          return false
        }
        code = Number(data.toString('latin1', 0, newline))
        rest = data.subarray(newline + 1)
        state = 'done'
      }
      return true
    },
    get done() {
      return state === 'done'
    },
    get code() {
      return code
    },
    get rest() {
      return rest
    },
    output: () => (chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks)),
  }
}

// How many bytes at the end of the data may be the beginning of the mark.
function heldBack(data: Buffer, mark: Buffer): number {
  for (let length = Math.min(mark.length - 1, data.length); length > 0; length -= 1) {
    if (data.compare(mark, 0, length, data.length - length) === 0) return length
  }
  return 0
}
