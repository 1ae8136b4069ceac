/** What may end a request before its time: a timeout and signals. */
export interface Limit {
  /** Resolves with the reason, in words. */
  readonly reached: Promise<string>
  dispose(): void
}

/** Starts the clock of a request. */
export function openLimit(timeout: number | undefined, signals: readonly (AbortSignal | undefined)[]): Limit {
  const undo: (() => void)[] = []
  const reached = new Promise<string>((resolve) => {
    if (timeout !== undefined && timeout > 0) {
      const words = `the request took longer than ${timeout} s and was ended`
      const timer = setTimeout(resolve, timeout * 1000, words)
      undo.push(() => clearTimeout(timer))
    }
    for (const signal of signals) {
      const cancelled = (): void => resolve('the request was cancelled')
      if (signal?.aborted) cancelled()
      signal?.addEventListener('abort', cancelled)
      undo.push(() => signal?.removeEventListener('abort', cancelled))
    }
  })
  return {
    reached,
    dispose: () => {
      for (const step of undo) step()
    },
  }
}
