/** What may end a request before its time: a timeout and signals. */
export interface Limit {
  /** Resolves with the reason, in words. */
  readonly reached: Promise<string>
  dispose(): void
}

/** Starts the clock of a request. */
export function openLimit(timeout: number | undefined, signals: readonly (AbortSignal | undefined)[]): Limit {
  const disposal = new AbortController()
  const reached = new Promise<string>((resolve) => {
    if (timeout !== undefined && timeout > 0) {
      const timer = setTimeout(
        resolve,
        timeout * 1000,
        `the request took longer than ${timeout} s and was ended`,
      )
      disposal.signal.addEventListener('abort', () => clearTimeout(timer))
    }
    for (const signal of signals) {
      const cancelled = (): void => resolve('the request was cancelled')
      if (signal?.aborted) cancelled()
      signal?.addEventListener('abort', cancelled, { signal: disposal.signal })
    }
  })
  return { reached, dispose: () => disposal.abort() }
}
