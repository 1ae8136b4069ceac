/** Work that is done in slices: a generator that yields where it can be interrupted. */
export type Sliced<T> = Generator<void, T>

/** How many small things a slice holds: some milliseconds of work. */
export const SLICE = 2000

/** Does sliced work at once. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** Does sliced work, and rests between the slices. */
export async function inSlices<T>(work: Sliced<T>, rest: () => Promise<void>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await rest()
  }
}

/**
 * Returns a function that lets the process handle signals, timers and streams before the next slice.
 * @param signal once it is aborted, resting throws its reason
 */
export function resting(signal?: AbortSignal): () => Promise<void> {
  return async () => {
    await new Promise(setImmediate)
    signal?.throwIfAborted()
  }
}
