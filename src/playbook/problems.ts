import { AbsentError, PlayscriptError, Problem, UsageError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import { isCode } from './source.ts'

/** Collects what is wrong while a playbook is loaded, so that all of it is reported at once. */
export interface Problems {
  /** Errors that refuse the run. */
  readonly list: PlayscriptError[]
  /** Errors that only fail a task if a host reaches it: warnings before the run. */
  readonly doubts: PlayscriptError[]
  add(message: string, at: Location | undefined, hint?: string): void
  /** What is named is not there. */
  absent(message: string, at: Location | undefined): void
  /** Adds an error that Ansible reports only when the task runs: see `refuses`. */
  doubt(error: PlayscriptError): void
  /** Reports what is unwise, or differs from Ansible, and refuses nothing. */
  warn(message: string): void
  /** Runs a step of loading; an error of ours becomes one more entry, and the step gives undefined. */
  attempt<T>(step: () => Promise<T>): Promise<T | undefined>
}

/**
 * Whether an error that Ansible reports only when a task runs refuses the whole run. It does in strict mode, and in
 * TypeScript, which has no older projects to honor. In YAML the task may never run, so it does not.
 */
export function refuses({ at }: PlayscriptError, strict: boolean): boolean {
  return strict || at === undefined || isCode(at.file)
}

/**
 * An empty collection.
 * @param options.strict whether doubtful errors in YAML refuse the run
 * @param options.warn receives warnings, which may repeat
 */
export function createProblems({
  strict,
  warn,
}: {
  readonly strict: boolean
  readonly warn: (message: string) => void
}): Problems {
  const list: PlayscriptError[] = []
  const doubts: PlayscriptError[] = []
  return {
    list,
    doubts,
    warn,
    doubt: (error) => {
      if (refuses(error, strict)) list.push(error)
      else doubts.push(error)
    },
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
