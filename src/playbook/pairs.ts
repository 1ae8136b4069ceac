import { ESCAPED_LETTERS } from '../core/escapes.ts'
import { readFreeForm } from '../modules/commands/free-form.ts'

const NAME = /(?:^|\s)([A-Za-z_]\w*)=/g
const MADE_NAME = /(?:^|\s)((?:\{\{(?:(?!\}\})[\s\S])*\}\}|\w)+)=/g

/**
 * Reads Ansible's short form `name=value other='two words'`. Braces of templates and quotes hold a value together.
 * @param options.made whether names may be made by templates, as those of variables
 * @returns the parameters, or undefined when some word is no pair
 */
export function readPairs(
  text: string,
  { made = false }: { readonly made?: boolean } = {},
): Readonly<Record<string, string>> | undefined {
  const names = [...text.matchAll(made ? MADE_NAME : NAME)].map(([, name = '']) => name)
  const { command, parameters } = readFreeForm(text, names)
  if (command !== '') return undefined
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decodeEscapes(value)]))
}

const ESCAPE = /\\(?:U([0-9A-Fa-f]{8})|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([\\'"abfnrtv]))/g

/** The escapes that the short form reads, whatever the quotes: `\n` is a newline there, and `\b` no edge of a word. */
function decodeEscapes(text: string): string {
  return text.replace(ESCAPE, (token, long?: string, short?: string, byte?: string, letter = '') => {
    const code = Number.parseInt(long ?? short ?? byte ?? '', 16)
    if (Number.isNaN(code)) return ESCAPED_LETTERS[letter] ?? letter
    return code > 0x10ffff ? token : String.fromCodePoint(code)
  })
}
