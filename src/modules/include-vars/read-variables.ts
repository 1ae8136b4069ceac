import { TaskError, YamlError } from '../../core/errors.ts'
import type { Controller } from '../../core/module.ts'
import type { Variables } from '../../core/scope.ts'
import { byName } from '../../core/values/dictionary.ts'
import { compactJson } from '../../core/values/json.ts'
import { type DuplicateKeys, warningsOf } from '../../core/yaml/duplicates.ts'
import { parseYaml } from '../../core/yaml/parse.ts'

/** What the engine adds to a controller: what keys are that stand twice in one mapping. */
export interface KeyKeeper {
  readonly duplicateKeys: DuplicateKeys | undefined
}

/**
 * Reads a file of variables: YAML 1.1, as Ansible reads it, or JSON; an empty file has none. A file that is
 * encrypted whole is decrypted by the controller.
 * @param warnings takes what is to be told of it
 * @throws {TaskError} the file cannot be read, is not YAML, or holds anything but a dictionary
 */
export async function readVariables(
  file: string,
  controller: Controller & Partial<KeyKeeper>,
  warnings: string[],
): Promise<Variables> {
  const text = (await controller.read(file)).toString('utf8')
  const value = parse(text, file, (duplicates) => {
    warnings.push(...warningsOf(duplicates, controller.duplicateKeys))
  })
  if (value === null || value === undefined) return {}
  const variables = byName(value)
  if (variables !== undefined) return variables
  throw new TaskError(`${file} must hold a dictionary of variables, and holds ${compactJson(value)}`)
}

function parse(text: string, file: string, check: (duplicates: readonly YamlError[]) => void): unknown {
  try {
    const { data, duplicates } = parseYaml(text, file, { duplicateKeys: 'collect' })
    check(duplicates)
    return data
  } catch (error) {
    if (error instanceof YamlError) throw new TaskError(error.text, { cause: error, at: error.at })
    throw error
  }
}
