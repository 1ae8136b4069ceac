import { readFreeForm } from '../modules/commands/free-form.ts'

/**
 * Reads Ansible's short form `name=value other='two words'`. Braces of templates and quotes hold a value together.
 * @returns the parameters, or undefined when some word is no pair
 */
export function readPairs(text: string): Readonly<Record<string, string>> | undefined {
  const names = [...text.matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g)].map(([, name = '']) => name)
  const { command, parameters } = readFreeForm(text, names)
  return command === '' ? parameters : undefined
}
