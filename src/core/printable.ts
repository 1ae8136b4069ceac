/** Erases the line of the terminal that the cursor is in. */
export const ERASE_LINE = '\r\u001b[K'

/** C0 but for tab and newline, DEL, C1, and marks that turn the direction of writing. */
const CONTROLS =
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'
const CONTROL = new RegExp(`[${CONTROLS}]`, 'g')
const COLOR_OR_CONTROL = new RegExp(`\\u001b\\[[0-9;]*m|[${CONTROLS}]`, 'g')

/**
 * Text from anywhere as it may be shown on a terminal: control characters, escape sequences and marks that turn the
 * direction of writing are written out, so that a host cannot steer the reader's terminal.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, writtenOut)
}

/** The same for finished output: colors stay, which printers added after they made each text printable. */
export function printableColored(text: string): string {
  return text.replace(COLOR_OR_CONTROL, (found) => (found.length > 1 ? found : writtenOut(found)))
}

/** JSON that is safe to show: the characters that JSON does not escape itself are escaped as JSON has it. */
export function printableJson(json: string): string {
  return json.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function writtenOut(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}
