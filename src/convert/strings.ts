const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

/** A string literal: single quotes, or double ones where they need fewer backslashes. */
export function quoteText(text: string): string {
  const count = (mark: string) => text.split(mark).length
  const mark = count("'") > count('"') ? '"' : "'"
  return mark + escapeText(text, mark) + mark
}

/** A template literal: for text of several lines, each as it is. */
export function templateLiteral(text: string): string {
  const lines = text.replaceAll('${', '\\${').split('\n')
  const escaped = lines.map((line) =>
    // The backslash before `${` is there already; all others are the text's own.
    line
      .split('\\${')
      .map((part) => escapeText(part, '`'))
      .join('\\${'),
  )
  return `\`${escaped.join('\n')}\``
}

function escapeText(text: string, mark: string): string {
  return text.replace(/[\\\x00-\x1f\x7f\u2028\u2029\ufeff'"`]/g, (character) => {
    if (/['"`]/.test(character)) return character === mark ? `\\${character}` : character
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** Text of one long line in pieces that fit, each ending at a blank. */
export function piecesOf(text: string, width: number): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  for (const word of text.split(/(?<= )(?=\S)/)) {
    if (piece !== '' && quoteText(piece + word).length > width) {
      pieces.push(piece)
      piece = ''
    }
    piece += word
  }
  return [...pieces, piece]
}

/** A key of an object literal, quoted only where it must be. */
export function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoteText(key)
}
