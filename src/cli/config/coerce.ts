import { COERCIONS, Mismatch } from '../../core/coerce.ts'
import { UsageError } from '../../core/errors.ts'
import type { Location } from '../../core/location.ts'
import { didYouMean } from '../../core/suggest.ts'
import { expandPath, type Surroundings } from './expand.ts'
import type { Setting, SettingType } from './settings.ts'

/** Text that sets something, and where it stands. */
export interface Given {
  readonly text: string
  /** The setting as its place calls it: `forks in [defaults]`, `ANSIBLE_FORKS`. */
  readonly name: string
  readonly at?: Location
  /** The folder that relative paths start from. */
  readonly base: string
}

type Read = (text: string, expand: (path: string) => string) => unknown

const READERS: Readonly<Record<SettingType, Read>> = {
  bool: (text) => COERCIONS.bool(text),
  int: (text) => COERCIONS.int(text),
  str: unquote,
  list: (text) => split(text, ',').map(unquote),
  path: (text, expand) => expand(unquote(text)),
  pathlist: (text, expand) => split(text, ',').map(expand),
  pathspec: (text, expand) => split(text, ':').map(expand),
}

/**
 * Reads the text of a setting as its type says.
 * @throws {UsageError} when it is of another type, or none of the choices
 */
export function readSetting(setting: Setting, given: Given, around: Surroundings): unknown {
  const { text, name, at, base } = given
  const { type, choices, least = 0 } = setting
  try {
    const value = READERS[type](text, (path) => expandPath(path, base, around))
    if (typeof value === 'number' && value < least) throw new Mismatch(`${least} or more`)
    if (choices === undefined || choices.includes(String(value))) return value
    const meant = didYouMean(String(value), choices)
    throw new UsageError(`${name} is '${text}'; it must be one of: ${choices.join(', ')}${meant}`, { at })
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    throw new UsageError(`${name} is '${text}'; it must be ${error.message}`, { at })
  }
}

function split(text: string, separator: string): readonly string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function unquote(text: string): string {
  return text.length > 1 ? text.replace(/^(["'])(.*)\1$/s, '$2') : text
}
