import { setTimeout as sleep } from 'node:timers/promises'
import type { IAMClientConfig } from '@aws-sdk/client-iam'

type RetryStrategy = Extract<IAMClientConfig['retryStrategy'], { recordSuccess: unknown }>

/** How often a call is tried in all, and the pause to begin with in milliseconds: what passes, passes soon or not at all. */
const KINDS: Readonly<Record<string, { readonly attempts: number; readonly first: number }>> = {
  THROTTLING: { attempts: 8, first: 200 },
  TRANSIENT: { attempts: 5, first: 100 },
}
const LONGEST = 10_000

/**
 * Milliseconds to wait before a try: twice as long each time, and a random part of that, so that many runs which
 * were turned away together do not come back together.
 */
export function pauseBefore(retry: number, first: number, random: number): number {
  return Math.round(Math.min(LONGEST, first * 2 ** retry) * (0.5 + random / 2))
}

/**
 * Which failed calls are tried again: throttling, and what passes (lost connections, 500 to 504). The SDK's own
 * strategy takes IAM's LimitExceeded, a quota that will not pass, for throttling.
 */
export function retryStrategy(signal: AbortSignal | undefined): RetryStrategy {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 })
  return {
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(last, { error, errorType }) {
      const count = last.getRetryCount() + 1
      const kind = KINDS[errorType]
      const isQuota = (error as Error | undefined)?.name.startsWith('LimitExceeded')
      if (kind === undefined || isQuota || count >= kind.attempts) throw new Error('not tried again')
      await sleep(pauseBefore(count, kind.first, Math.random()), undefined, { signal })
      return token(count)
    },
    recordSuccess: () => {},
  }
}
