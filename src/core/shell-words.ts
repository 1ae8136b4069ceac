import { ArgumentError } from './errors.ts'

/**
 * Splits a line into words as a POSIX shell quotes them, expanding nothing: what Python's `shlex.split` does, with
 * which Ansible reads commands, `ansible_ssh_common_args`, `become_flags` and the lines of an INI inventory.
 * @param options.comments a `#` outside of quotes begins a comment
 * @throws {ArgumentError} when a quote is not closed, or a backslash ends the line
 */
export function shellWords(
  line: string,
  { comments = false }: { readonly comments?: boolean } = {},
): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let quoted: '"' | "'" | undefined
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index)
    const next = line.charAt(index + 1)
    if (quoted === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === quoted) quoted = undefined
    else if (quoted === undefined && character === '#' && comments) break
    else if (quoted === undefined && (character === '"' || character === "'")) {
      quoted = character
      word ??= ''
    } else if (character === '\\' && quoted !== "'" && (quoted === undefined || /["\\]/.test(next))) {
      if (next === '') throw new ArgumentError(`a backslash ends the line: ${line}`)
      word = (word ?? '') + next
      index++
    } else word = (word ?? '') + character
  }
  if (quoted !== undefined) throw new ArgumentError(`a ${quoted} is not closed in: ${line}`)
  return word === undefined ? words : [...words, word]
}
