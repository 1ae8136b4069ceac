import { type PlayscriptError, ShellLostError, UnreachableError } from '../core/errors.ts'
import { stripMarks } from '../core/marks.ts'
import type { Ending } from './channel.ts'

/** The error of a request whose channel ended before it was answered. */
export function shellLost(where: string, ending: Ending, said: string): PlayscriptError {
  if (ending.kind === 'lost') return new UnreachableError(`${where}: the link was lost: ${ending.reason}`)
  const how = ending.signal === undefined ? `with exit code ${ending.code}` : `by ${ending.signal}`
  const words = stripMarks(said).trim()
  const last = words === '' ? '' : `: ${words}`
  return new ShellLostError(`${where}: the shell was ended ${how} while the request ran${last}`, {
    hint: 'The script has killed the shell that runs it. The next request gets a new one.',
  })
}
