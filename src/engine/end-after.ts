// The longest time that a timer can wait for, in milliseconds.
const LONGEST = 2 ** 31 - 1

/**
 * A signal that is aborted with `outer`, or with a TimeoutError after so many seconds. AbortSignal.timeout within
 * AbortSignal.any would do, but Node 20 may collect it as garbage while somebody listens, and it never fires.
 */
export function endAfter(seconds: number, outer: AbortSignal): AbortSignal {
  const ending = new AbortController()
  const { signal } = ending
  const over = () => ending.abort(new DOMException('the time is over', 'TimeoutError'))
  setTimeout(over, Math.min(seconds * 1000, LONGEST)).unref()
  if (outer.aborted) ending.abort(outer.reason)
  else outer.addEventListener('abort', () => ending.abort(outer.reason), { once: true, signal })
  return signal
}
