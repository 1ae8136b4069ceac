import type { ArgumentSpecs } from '../../core/arguments.ts'
import { COERCIONS, Mismatch } from '../../core/coerce.ts'
import { ArgumentError } from '../../core/errors.ts'

/** The parameters that decide whether and where a command runs. */
export const GUARD_PARAMETERS = {
  chdir: { type: 'path', doc: 'Change into this folder first' },
  creates: { type: 'path', doc: 'Do not run it when a file matches this name or pattern' },
  removes: { type: 'path', doc: 'Do not run it unless a file matches this name or pattern' },
} as const satisfies ArgumentSpecs

/** What both say where there is nothing to run. */
export const NO_COMMAND = { none_given: 'no command given', rc: 256 } as const

/** The parameters that `command` and `shell` share. */
export const COMMAND_PARAMETERS = {
  _raw_params: { type: 'str', doc: 'The command, as a string in place of the parameters' },
  cmd: { type: 'str', doc: 'The command' },
  ...GUARD_PARAMETERS,
  stdin: { type: 'str', doc: 'What the command reads on its standard input' },
  stdin_add_newline: { type: 'bool', default: true, doc: 'End the standard input with a line break' },
} as const satisfies ArgumentSpecs

/**
 * A boolean that stood inside a free-form command; undefined when it did not.
 * @throws {ArgumentError} when it is none
 */
export function inlineBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  try {
    return COERCIONS.bool(text) as boolean
  } catch (error) {
    if (error instanceof Mismatch) throw new ArgumentError(`'${text}' is not ${error.message}`)
    throw error
  }
}
