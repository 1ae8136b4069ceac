import { PlaybookError, type PlayscriptError } from '../core/errors.ts'
import { formatLocation } from '../core/location.ts'

/**
 * An error as the commands print it: what is wrong, where, what to do. As with Ansible the sentence comes first, so that
 * who looks for one finds it; only a file as a whole stands before it, being what the sentence is about.
 */
export function errorText(error: PlayscriptError, cwd: string): string {
  if (error instanceof PlaybookError) return error.problems.map((one) => errorText(one, cwd)).join('')
  const { at, message, hint } = error
  if (at?.line === undefined) return `ERROR! ${error.describe(cwd)}\n`
  return [
    `ERROR! ${message}`,
    `  at ${formatLocation(at, cwd)}`,
    hint === undefined ? undefined : `  ${hint}`,
  ]
    .filter((line) => line !== undefined)
    .map((line) => `${line}\n`)
    .join('')
}
