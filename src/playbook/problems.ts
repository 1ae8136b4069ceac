import { AbsentError, PlayscriptError, Problem, UsageError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'

/** Collects what is wrong while a playbook is loaded, so that all of it is told at once. */
export interface Problems {
  readonly list: PlayscriptError[]
  add(message: string, at: Location | undefined, hint?: string): void
  /** What is named is not there. */
  absent(message: string, at: Location | undefined): void
  /** Runs a step of loading; an error of ours becomes one more entry, and the step gives undefined. */
  attempt<T>(step: () => Promise<T>): Promise<T | undefined>
}

/** An empty collection. */
export function createProblems(): Problems {
  const list: PlayscriptError[] = []
  return {
    list,
    add: (message, at, hint) => {
      list.push(new Problem(message, { at, ...(hint === undefined ? {} : { hint }) }))
    },
    absent: (message, at) => {
      list.push(new AbsentError(message, { at }))
    },
    attempt: async (step) => {
      try {
        return await step()
      } catch (error) {
        if (!(error instanceof PlayscriptError) || error instanceof UsageError) throw error
        list.push(error)
        return undefined
      }
    },
  }
}
