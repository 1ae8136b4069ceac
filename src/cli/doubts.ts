import type { PlayscriptError } from '../core/errors.ts'
import { formatLocation } from '../core/location.ts'

const SHOWN = 20

/**
 * The warning about tasks that fail if a host reaches them: one line each, in the order they are written, without
 * repetition (a role that is used twice is read twice).
 */
export function doubtsText(doubts: readonly PlayscriptError[], cwd: string): string {
  const lines = [...new Set(doubts.map((error) => lineOf(error, cwd)))]
  const count =
    lines.length === 1
      ? '1 task fails if a host reaches it'
      : `${lines.length} errors fail their tasks if a host reaches them`
  const rest = lines.length - SHOWN
  return [
    `[WARNING]: ${count} (--strict refuses to run):`,
    ...lines.slice(0, SHOWN).map((line) => `  ${line}`),
    ...(rest > 0 ? [`  … and ${rest} more; 'playscript lint' lists them all`] : []),
    '',
  ].join('\n')
}

function lineOf({ message, at }: PlayscriptError, cwd: string): string {
  const where = at === undefined ? '' : `${formatLocation(at, cwd)}: `
  return `${where}${message.split('\n')[0]}`
}
