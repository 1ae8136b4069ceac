/** The parameters that may stand inside a free-form command as `name=value`, as in Ansible's `command: ls creates=/x`. */
export const INLINE_PARAMETERS = [
  'creates',
  'removes',
  'chdir',
  'executable',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
] as const

/** A free-form command taken apart. */
export interface FreeForm {
  /** The command, its blanks and line breaks as they were but for lines that go on in the next. */
  readonly command: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Takes a free-form command apart: words such as `creates=/etc/x` are parameters, the rest is the command. Quotes
 * and `{{ … }}` hold a word together, and `\=` is a plain equals sign, so that it works on rendered and on
 * unrendered text alike. A loader had better call this before rendering, and pass the command on as `cmd`: then
 * no variable's value can be taken for a parameter.
 */
export function readFreeForm(text: string, names: readonly string[] = INLINE_PARAMETERS): FreeForm {
  const parameters: Record<string, string> = {}
  const kept: string[] = []
  for (const piece of pieces(text)) {
    const [, name = '', value = ''] = /^((?:\{\{(?:(?!\}\})[\s\S])*\}\}|\w)+)=([\s\S]*)$/.exec(piece) ?? []
    if (names.includes(name)) {
      parameters[name] = unquote(value)
      // The blank before the parameter goes with it.
      if (/^\s+$/.test(kept.at(-1) ?? '')) kept.pop()
    } else kept.push(withoutContinuation(piece).replaceAll('\\=', '='))
  }
  // A line break at the end stays, as the result's `cmd` has it in Ansible.
  const command = kept.join('').trimStart()
  return {
    command: command.trimEnd() + command.slice(command.trimEnd().length).replace(/[^\n]/g, ''),
    parameters,
  }
}

// A line that goes on after a backslash is one line.
function withoutContinuation(piece: string): string {
  const [, before, after] = /^( +)\\\n( *)$/.exec(piece) ?? []
  if (before === undefined || after === undefined) return piece
  return ' '.repeat(before.length - 1 + Math.max(1, after.length))
}

/** Words and the blanks between them, in order. */
function pieces(text: string): readonly string[] {
  const found: string[] = []
  let piece = ''
  let quoted = ''
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    const pair = text.slice(index, index + 2)
    if (quoted === '' && /^(\{\{|\{%|\{#)$/.test(pair)) depth++
    else if (quoted === '' && depth > 0 && /^(\}\}|%\}|#\})$/.test(pair)) {
      depth--
      piece += character
      index++
    } else if (depth === 0 && character === '\\' && quoted !== "'") {
      piece += pair
      index++
      continue
    } else if (depth === 0 && quoted === '' && /["']/.test(character)) quoted = character
    else if (character === quoted) quoted = ''
    const here = text.charAt(index)
    const blank = quoted === '' && depth === 0 && /\s/.test(here)
    if (piece !== '' && blank !== /^\s/.test(piece)) {
      found.push(piece)
      piece = ''
    }
    piece += here
  }
  return piece === '' ? found : [...found, piece]
}

function unquote(value: string): string {
  const [, , inside] = /^(["'])([\s\S]*)\1$/.exec(value) ?? []
  return inside ?? value
}
