import type { YamlError } from '../errors.ts'

/** What a key is that a mapping gives twice (Ansible: `DUPLICATE_YAML_DICT_KEY`). */
export type DuplicateKeys = 'warn' | 'error' | 'ignore'

/**
 * What is to be told of keys that were given twice, and of which the last counts.
 * @throws {YamlError} the first of them, where they are errors
 */
export function warningsOf(
  duplicates: readonly YamlError[],
  keys: DuplicateKeys = 'warn',
): readonly string[] {
  const [first] = duplicates
  if (first !== undefined && keys === 'error') throw first
  return keys === 'warn' ? duplicates.map((one) => `${one.describe()}; the last one counts`) : []
}
