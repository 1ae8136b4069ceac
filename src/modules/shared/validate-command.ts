import { ArgumentError } from '../../core/errors.ts'
import { quote } from '../../core/quote.ts'
import { shellWords } from '../../core/shell-words.ts'

/**
 * The command of a `validate` parameter as a write step takes it: its words quoted, `%s` left for the file's name.
 * As in Ansible there is no shell: no pipes, no expansions.
 * @throws {ArgumentError} when it holds no `%s`
 */
export function validateCommand(command: string): string {
  if (!command.includes('%s')) throw new ArgumentError(`validate must contain %s: ${command}`)
  const words = shellWords(command).map((word) =>
    word
      .split('%s')
      .map((part) => (part === '' ? '' : quote(part)))
      .join('%s'),
  )
  return `{ ${words.map((word) => (word === '' ? "''" : word)).join(' ')}; } || { echo 'failed to validate' >&2; exit 1; }`
}
