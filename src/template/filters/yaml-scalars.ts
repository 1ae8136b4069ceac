export interface ScalarPlace {
  /** Indentation of continuation lines. */
  readonly margin: number
  /** Column where the text starts. */
  readonly start: number
  /** A key, whose lines may not break. */
  readonly key: boolean
  /** Inside `[…]` or `{…}`, where fewer characters can stand plain. */
  readonly flow: boolean
  readonly width: number
  readonly allowUnicode: boolean
}

/** Plain text that YAML 1.1 would read as something other than text. */
const resolvers: readonly RegExp[] = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  /^(?:~|null|Null|NULL|)$/,
  /^(?:\d\d\d\d-\d\d-\d\d|\d\d\d\d-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
  /^(?:<<|=)$/,
]

/** Text as PyYAML writes it with libyaml: plain where possible, else in single quotes, else in double ones. */
export function writeScalar(text: string, place: ScalarPlace): string {
  const special = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text)
  const unicode = !place.allowUnicode && /[^\x00-\x7e]/.test(text)
  if (special || unicode) return doubleQuoted(text, place)
  const multiline = /[\n\x85\u2028\u2029]/.test(text)
  if (!multiline && plainAllowed(text, place.flow)) return fold(text, place, '')
  const spaceBreak = / [\n\x85\u2028\u2029]|[\n\x85\u2028\u2029] /.test(text)
  const singleAllowed = !spaceBreak && !(place.key && multiline)
  return singleAllowed
    ? `'${fold(text.replaceAll("'", "''"), { ...place, start: place.start + 1 }, "'")}'`
    : doubleQuoted(text, place)
}

function plainAllowed(text: string, inFlow: boolean): boolean {
  if (text === '' || resolvers.some((pattern) => pattern.test(text))) return false
  if (/^[ ]|[ ]$/.test(text) || /^(---|\.\.\.)/.test(text)) return false
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[-?:](?:[\s]|$)/.test(text)) return false
  if (/:(?:\s|$)|\s#/.test(text)) return false
  if (/\t/.test(text)) return false
  return !(inFlow && (/[,?[\]{}]/.test(text) || text.includes(':')))
}

/** Breaks at single spaces once a line is over the width; single-quoted text doubles its line breaks. */
function fold(text: string, place: ScalarPlace, quote: '' | "'"): string {
  const margin = `\n${' '.repeat(place.margin)}`
  let result = ''
  let column = place.start
  for (const match of text.matchAll(/ +|[\n\x85\u2028\u2029]+|[^ \n\x85\u2028\u2029]+/g)) {
    const [piece] = match
    const inside = match.index > 0 && match.index + piece.length < text.length
    if (/^[\n\x85\u2028\u2029]/.test(piece)) {
      result += (quote === "'" && piece.startsWith('\n') ? '\n' : '') + piece + margin.slice(1)
      column = place.margin
    } else if (piece === ' ' && inside && column > place.width && !place.key) {
      result += margin
      column = place.margin
    } else {
      result += piece
      column += piece.length
    }
  }
  return result
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
}

function doubleQuoted(text: string, place: ScalarPlace): string {
  let result = '"'
  let column = place.start + 1
  let offset = 0
  for (const character of text) {
    const inside = offset > 0 && offset + character.length < text.length
    offset += character.length
    const piece = escaped(character, place.allowUnicode)
    if (character === ' ' && inside && column > place.width && !place.key) {
      result += `\\\n${' '.repeat(place.margin)}\\ `
      column = place.margin + 2
    } else {
      result += piece
      column += piece.length
    }
  }
  return `${result}"`
}

function escaped(character: string, allowUnicode: boolean): string {
  const known = Object.hasOwn(escapes, character) ? escapes[character] : undefined
  const code = character.codePointAt(0) ?? 0
  const printable =
    (code >= 0x20 && code <= 0x7e) ||
    (allowUnicode && code >= 0xa1 && code <= 0xfffd && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfeff)
  if (known !== undefined && !(allowUnicode && code === 0xa0)) return `\\${known}`
  if (printable) return character
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
  return code <= 0xffff
    ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
    : `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
}
