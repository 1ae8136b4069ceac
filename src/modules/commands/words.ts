import { ArgumentError } from '../../core/errors.ts'

/**
 * Splits a command line into words as a POSIX shell would, without any expansion: blanks separate, single quotes
 * keep everything, in double quotes a backslash quotes `"` and `\`, elsewhere it quotes the next character.
 * @throws {ArgumentError} when a quote is not closed
 */
export function splitWords(line: string): readonly string[] {
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
    else if (quoted === undefined && (character === '"' || character === "'")) {
      quoted = character
      word ??= ''
    } else if (character === '\\' && quoted !== "'" && (quoted === undefined || /["\\]/.test(next))) {
      word = (word ?? '') + next
      index++
    } else word = (word ?? '') + character
  }
  if (quoted !== undefined) throw new ArgumentError(`a ${quoted} is not closed in: ${line}`)
  return word === undefined ? words : [...words, word]
}
