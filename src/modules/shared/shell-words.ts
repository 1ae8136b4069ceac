import { ArgumentError } from '../../core/errors.ts'
import { quote } from '../../core/quote.ts'

/**
 * Splits a command line into words as a POSIX shell reads quotes, expanding nothing.
 * @throws {ArgumentError} when a quote is not closed
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = []
  const word = /((?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+)\s*/sy
  word.lastIndex = line.length - line.trimStart().length
  while (word.lastIndex < line.length) {
    const start = word.lastIndex
    const found = word.exec(line)
    if (found === null) throw new ArgumentError(`a quote is not closed: ${line.slice(start)}`)
    words.push(
      (found[1] ?? '').replace(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
        (_, single?: string, double?: string, escaped?: string) =>
          single ?? escaped ?? (double ?? '').replace(/\\(["\\$`])/g, '$1'),
      ),
    )
  }
  return words
}

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
