import { setTimeout as sleep } from 'node:timers/promises'
import { AwsError } from './errors.ts'
import type { WaitArgs } from './parameters.ts'
import { pauseBefore } from './retry.ts'

/** How long to be patient, and what ends that early. */
export interface Patience {
  readonly seconds: number
  readonly signal: AbortSignal | undefined
}

/** The patience that a task asks for; without `wait` there is none. */
export function patienceOf({ wait, wait_timeout }: WaitArgs, signal: AbortSignal | undefined): Patience {
  return { seconds: wait ? wait_timeout : 0, signal }
}

const FIRST = 100

/**
 * Asks again and again until the answer will do; the last answer when time is up. IAM is a distributed service: what was
 * written just now may not be there for readers yet, for some seconds as a rule.
 */
export async function until<T>(
  ask: () => Promise<T>,
  will: (answer: T) => boolean,
  { seconds, signal }: Patience,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (let count = 0; ; count++) {
    const answer = await ask()
    const pause = pauseBefore(count, FIRST, Math.random())
    if (will(answer) || performance.now() + pause > end) return answer
    await sleep(pause, undefined, { signal })
  }
}

/**
 * Does something that fails as long as what it builds on has not spread yet, or while somebody else is changing the same.
 * @param passes whether an error is of that kind
 */
export async function patiently<T>(
  work: () => Promise<T>,
  passes: (error: AwsError) => boolean,
  { seconds, signal }: Patience,
): Promise<T> {
  const outcome = await until<{ value: T } | { error: AwsError }>(
    async () => {
      try {
        return { value: await work() }
      } catch (error) {
        if (error instanceof AwsError && passes(error)) return { error }
        throw error
      }
    },
    (answer) => 'value' in answer,
    { seconds, signal },
  )
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

// Somebody else is at the same thing; AWS asks for another try.
const BUSY = ['ConcurrentModification', 'EntityTemporarilyUnmodifiable', 'RoleModified']

/** Whether AWS asks to try again because another change is under way. */
export function isBusy({ awsCode }: AwsError): boolean {
  return BUSY.includes(awsCode)
}

/**
 * Whether a policy was refused for a principal that IAM does not know, or does not know yet: a role or provider made
 * a moment ago is spread over all of IAM only after some seconds.
 */
export function isUnknownPrincipal({ awsCode, message }: AwsError): boolean {
  return awsCode === 'MalformedPolicyDocument' && /invalid principal/i.test(message)
}
