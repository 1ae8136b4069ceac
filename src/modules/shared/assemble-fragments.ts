import { translatePythonRegex } from '../../core/python-regex.ts'

export interface Fragment {
  readonly name: string
  readonly content: Buffer
}

export interface AssembleWish {
  readonly delimiter: string | undefined
  readonly regexp: string | undefined
  readonly ignore_hidden: boolean
}

const NEWLINE = Buffer.from('\n')

/**
 * Puts parts together in the order of their names. One that does not end in a newline gets one when another follows;
 * so does the delimiter.
 */
export function assembleFragments(fragments: readonly Fragment[], wish: AssembleWish): Buffer {
  const { ignore_hidden, regexp } = wish
  const regex = regexp === undefined ? undefined : translatePythonRegex(regexp)
  const chosen = fragments
    .map(({ name, content }) => ({ name: name.replace(/^\.\//, ''), content }))
    .filter(
      ({ name }) =>
        !(ignore_hidden && name.startsWith('.')) && (regex === undefined || name.search(regex) >= 0),
    )
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
  const delimiter = wish.delimiter ? withNewline(readEscapes(wish.delimiter)) : Buffer.alloc(0)
  return Buffer.concat(
    chosen.flatMap(({ content }, index) =>
      index < chosen.length - 1 ? [withNewline(content), delimiter] : [content],
    ),
  )
}

// An empty part gets a newline as well: it does not end in one.
function withNewline(content: Buffer): Buffer {
  return content.at(-1) === 10 ? content : Buffer.concat([content, NEWLINE])
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  r: 13,
  t: 9,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
}

/** Reads the escapes of Python's byte strings; others stay as they are. */
function readEscapes(text: string): Buffer {
  const latin = Buffer.from(text, 'utf8').toString('latin1')
  const read = latin.replace(
    /\\(?:x([0-9A-Fa-f]{2})|([0-7]{1,3})|([\s\S]))/g,
    (token, hex?: string, octal?: string, letter = '') => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255)
      if (letter === '\n') return ''
      return ESCAPES[letter] === undefined ? token : String.fromCharCode(ESCAPES[letter])
    },
  )
  return Buffer.from(read, 'latin1')
}
