import { YamlError } from '../../core/errors.ts'
import { mapValues } from '../../core/values/dicts.ts'
import { EvaluationError, isDict } from '../../core/values/types.ts'
import { parseYaml } from '../../core/yaml/parse.ts'

/** Reads YAML as Ansible's filters do: one value for each document. */
export function fromYaml(source: string): unknown[] {
  try {
    const { data } = parseYaml(source, 'from_yaml', { duplicateKeys: 'collect', several: true })
    return (data as unknown[]).map(unmarked)
  } catch (error) {
    if (error instanceof YamlError) throw new EvaluationError(error.describe())
    throw error
  }
}

/** What is marked as unsafe in a text that a template reads is text like any other. */
function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked)
  if (!isDict(value)) return value
  return '__ansible_unsafe' in value ? value.__ansible_unsafe : mapValues(value, unmarked)
}
