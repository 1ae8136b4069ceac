import { setTimeout as sleep } from 'node:timers/promises'
import { ReplacedError, TaskError } from '../core/errors.ts'
import type { Step } from '../core/module.ts'
import type { Shell } from '../core/remote.ts'
import { directoryOf, holdLock, StaleError } from './guard.ts'

/** How often a task plans before it gives up. */
const MOST = 30

/** The longest pause before the first retry and before any, in milliseconds, where no lock orders the runs. */
const FIRST_PAUSE = 10
const LONGEST_PAUSE = 1000

/** What a retry starts from. */
export interface Retry {
  /** The directory that is locked for it until it is over. */
  readonly locked: string | undefined
}

/**
 * Does work that plans from what it reads, again for as long as that changes before it is carried out. A retry locks
 * the directory from before it reads until it has written, so that runs that edit the same place take turns; where that
 * is not possible a random, growing pause lets others finish. It also reads again what was replaced while it was read.
 * @param work gets undefined the first time
 * @param shell the shell to lock with; without it nothing is locked
 * @returns what `work` returned, as changed if a try before has changed something
 * @throws {TaskError} when it changed each time
 */
export async function planAgain<T extends { readonly fields: { readonly changed: boolean } }>(
  work: (retry: Retry | undefined) => Promise<T>,
  { shell, signal }: { readonly shell: Shell | undefined; readonly signal: AbortSignal | undefined },
): Promise<T> {
  let begun = false
  let stale: StaleError | undefined
  let replaced: ReplacedError | undefined
  for (let tries = 1; tries <= MOST; tries++) {
    try {
      const outcome = await (tries === 1
        ? work(undefined)
        : retry(work, stale?.step, tries, { shell, signal }))
      return begun ? { ...outcome, fields: { ...outcome.fields, changed: true } } : outcome
    } catch (error) {
      if (error instanceof ReplacedError) replaced = error
      else if (error instanceof StaleError) {
        stale = error
        begun ||= error.begun
      } else throw error
    }
  }
  if (stale === undefined && replaced !== undefined) throw replaced
  throw new TaskError(
    `${stale?.step.label} was not carried out: what it changes was changed by others each of the ${MOST} times that it was read`,
    { cause: stale, hint: 'Find out what keeps writing it, and run the task again.' },
  )
}

async function retry<T>(
  work: (retry: Retry) => Promise<T>,
  step: Step | undefined,
  tries: number,
  { shell, signal }: { readonly shell: Shell | undefined; readonly signal: AbortSignal | undefined },
): Promise<T> {
  const directory = step?.expects && directoryOf(step.expects)
  const release =
    directory === undefined || shell === undefined ? undefined : await holdLock(shell, directory, signal)
  if (release === undefined) {
    const limit = Math.min(FIRST_PAUSE * 2 ** (tries - 2), LONGEST_PAUSE)
    await sleep(Math.random() * limit, undefined, { signal })
  }
  try {
    return await work({ locked: release && directory })
  } finally {
    await release?.()
  }
}
