import { parseDocument, type ScalarTag } from 'yaml'
import { TaskError } from '../../core/errors.ts'
import type { Controller } from '../../core/module.ts'
import type { Variables } from '../../core/scope.ts'

const UNSAFE: ScalarTag = { tag: '!unsafe', resolve: (text) => text }
const VAULT: ScalarTag = {
  tag: '!vault',
  resolve: (_text, onError) => {
    onError('a value encrypted with !vault cannot be read by include_vars; encrypt the file whole')
    return null
  },
}

/**
 * Reads a file of variables: YAML 1.1, as Ansible reads it, or JSON; an empty file has none. A file that is
 * encrypted whole is decrypted by the controller.
 * @throws {TaskError} the file cannot be read, is not YAML, or holds anything but a dictionary
 */
export async function readVariables(file: string, controller: Controller): Promise<Variables> {
  const text = (await controller.read(file)).toString('utf8')
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'yaml-1.1',
    merge: true,
    uniqueKeys: false,
    customTags: [UNSAFE, VAULT],
    prettyErrors: true,
  })
  const [error] = document.errors
  if (error !== undefined) throw new TaskError(`${file}: ${error.message}`)
  const value: unknown = document.toJS({ maxAliasCount: -1 })
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new TaskError(`${file} must hold a dictionary of variables, and holds ${JSON.stringify(value)}`)
  }
  return value as Variables
}
