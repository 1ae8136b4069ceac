/**
 * Splits a line into words as a POSIX shell quotes them, with `#` outside quotes starting a comment: what
 * Ansible's INI inventory does with a host line (Python's shlex in POSIX mode).
 * @throws RangeError when a quote is not closed or a backslash ends the line
 */
export function shellWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let index = 0

  const quoted = (quote: string): void => {
    word ??= ''
    for (index += 1; line[index] !== quote; index += 1) {
      if (index >= line.length) throw new RangeError(`the quote ${quote} is not closed`)
      const next = line[index + 1]
      const escaped = quote === '"' && line[index] === '\\' && (next === '"' || next === '\\')
      if (escaped) index += 1
      word += line[index]
    }
  }

  for (; index < line.length; index += 1) {
    const character = line[index] as string
    if (character === '#') break
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === "'" || character === '"') {
      quoted(character)
    } else if (character === '\\') {
      index += 1
      if (index >= line.length) throw new RangeError('a backslash ends the line')
      word = (word ?? '') + line[index]
    } else {
      word = (word ?? '') + character
    }
  }
  if (word !== undefined) words.push(word)
  return words
}
