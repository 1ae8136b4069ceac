import type { Emit, RunEvent } from '../core/events.ts'

/** What documents are made of. */
const KEPT: ReadonlySet<RunEvent['kind']> = new Set(['play', 'task', 'result', 'warning', 'recap'])

/**
 * A printer of a document gets all events at the end of the run, each with the time at which it came. They are masked
 * again then: a secret that a later task learned may be in the result of an earlier one.
 */
export function replayAtEnd(make: (now: () => Date) => Emit, mask: (event: RunEvent) => RunEvent): Emit {
  const start = new Date()
  const kept: { readonly event: RunEvent; readonly time: Date }[] = []
  return (event) => {
    if (KEPT.has(event.kind)) kept.push({ event, time: new Date() })
    if (event.kind !== 'recap') return
    let now = start
    const emit = make(() => now)
    for (const { event: one, time } of kept) {
      now = time
      emit(mask(one))
    }
  }
}
