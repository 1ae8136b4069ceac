import { TaskError, YamlError } from '../../core/errors.ts'
import type { Controller } from '../../core/module.ts'
import type { Variables } from '../../core/scope.ts'
import { parseYaml } from '../../core/yaml/parse.ts'

/**
 * Reads a file of variables: YAML 1.1, as Ansible reads it, or JSON; an empty file has none. A file that is
 * encrypted whole is decrypted by the controller.
 * @throws {TaskError} the file cannot be read, is not YAML, or holds anything but a dictionary
 */
export async function readVariables(file: string, controller: Controller): Promise<Variables> {
  const text = (await controller.read(file)).toString('utf8')
  const value = parse(text, file)
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new TaskError(`${file} must hold a dictionary of variables, and holds ${JSON.stringify(value)}`)
  }
  return value as Variables
}

function parse(text: string, file: string): unknown {
  try {
    return parseYaml(text, file).data
  } catch (error) {
    if (error instanceof YamlError) throw new TaskError(error.describe(), { cause: error })
    throw error
  }
}
