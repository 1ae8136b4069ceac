import { InventoryError } from '../core/errors.ts'
import { truth } from '../core/values/compare.ts'
import { entriesOf } from '../core/values/dicts.ts'
import { str } from '../core/values/text.ts'
import { EvaluationError, isDict } from '../core/values/types.ts'

/**
 * The names of the groups that an entry of `keyed_groups` makes of a value: one of text, one for each item of a list,
 * and `key` + separator + `value` for each of a dictionary.
 * @param leading whether names without a prefix begin with the separator
 * @throws {EvaluationError} for a value that is empty  @throws {InventoryError} for one of another type
 */
export function keyedNames(
  value: unknown,
  entry: Readonly<Record<string, unknown>>,
  leading: boolean,
): readonly string[] {
  const { default_value: otherwise, trailing_separator: trailing } = entry
  if (otherwise !== undefined && trailing !== undefined)
    throw new InventoryError(
      'parameters are mutually exclusive for keyed groups: default_value|trailing_separator',
    )
  const prefix = str(entry.prefix ?? '')
  const separator = str(entry.separator ?? '_')
  const bare = (one: unknown): string => (one === '' && otherwise !== undefined ? str(otherwise) : str(one))
  const start = prefix === '' && !leading ? '' : `${prefix}${separator}`
  return namesOf().map((name) => `${start}${name}`)

  function namesOf(): readonly string[] {
    if (Array.isArray(value)) return value.map(bare)
    if (isDict(value))
      return entriesOf(value).map(([key, one]) =>
        one === '' && otherwise === undefined && trailing === false
          ? str(key)
          : `${str(key)}${separator}${bare(one)}`,
      )
    if (!truth(value) && value !== '') throw new EvaluationError('No key or key resulted empty')
    if (typeof value !== 'string')
      throw new InventoryError(
        `Invalid group name format, expected a string or a list of them or dictionary, got: ${str(value)}`,
      )
    if (value === '' && otherwise === undefined) throw new EvaluationError('No key or key resulted empty')
    return [bare(value)]
  }
}
