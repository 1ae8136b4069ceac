import { entriesOf } from './dicts.ts'
import { str } from './text.ts'
import { isDict, Native, PyFloat } from './types.ts'

/** Whether a value is an object of fields: what tasks, options and variables by their names are. */
export function isDictionary(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Map || value instanceof PyFloat || value instanceof Native)
  )
}

/** A dictionary by the texts of its keys, as variables and parameters are: undefined for any other value. */
export function byName(value: unknown): Record<string, unknown> | undefined {
  if (!(value instanceof Map)) return isDictionary(value) ? value : undefined
  return Object.fromEntries(entriesOf(value).map(([key, item]) => [str(key), item]))
}

/** Whether a value is a dictionary that holds entries, not a value in disguise (`!vault`, `!unsafe`). */
export function isContainer(value: unknown): value is Record<string, unknown> | Map<unknown, unknown> {
  return isDict(value) && !('__ansible_vault' in value) && !('__ansible_unsafe' in value)
}
