import { ArgumentError, TaskError } from '../../core/errors.ts'

const ALIASES: Readonly<Record<string, string>> = {
  utf8: 'utf-8',
  latin1: 'iso-8859-1',
  'latin-1': 'iso-8859-1',
  ascii: 'us-ascii',
  'utf-16le': 'utf-16-le',
  'utf-16be': 'utf-16-be',
}

/** Encodings with one byte a character, as the decoders that come with Node name them. */
const SINGLE = /^(windows-(874|125[0-8])|iso-8859-(1[0-6]|[2-8])|koi8-[ru]|macintosh|ibm866)$/

// From byte 0x80 on. Node's own decoder takes these bytes for control characters, as in iso-8859-1; a blank is none.
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ'

/**
 * A text in an encoding that Python has too, under one of the names it has there.
 * @throws {ArgumentError} when the encoding is not known @throws {TaskError} when it lacks a character of the text
 */
export function encodeText(text: string, encoding: string): Buffer {
  const word = encoding.toLowerCase().replaceAll('_', '-')
  const name = (ALIASES[word] ?? word).replace(/^cp(?=125\d$)/, 'windows-').replace(/^iso8859/, 'iso-8859')
  if (name === 'utf-8') return Buffer.from(text)
  if (name === 'utf-16') return Buffer.from(`\ufeff${text}`, 'utf16le')
  if (name === 'utf-16-le') return Buffer.from(text, 'utf16le')
  if (name === 'utf-16-be') return Buffer.from(text, 'utf16le').swap16()
  const table = tableOf(name)
  if (table === undefined) {
    throw new ArgumentError(`output_encoding is '${encoding}', which is not known here`, {
      hint: 'Known are utf-8, utf-16, us-ascii, latin-1, iso-8859-N, windows-125N and koi8-r.',
    })
  }
  return Buffer.from([...text].map((character) => table.get(character) ?? lacks(character, encoding)))
}

function tableOf(name: string): ReadonlyMap<string, number> | undefined {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte)
  if (name === 'us-ascii')
    return new Map(bytes.slice(0, 128).map((byte) => [String.fromCharCode(byte), byte]))
  if (name === 'iso-8859-1') return new Map(bytes.map((byte) => [String.fromCharCode(byte), byte]))
  if (name === 'windows-1252') {
    const latin = bytes
      .filter((byte) => byte < 0x80 || byte > 0x9f)
      .map((byte) => [String.fromCharCode(byte), byte])
    const own = [...WINDOWS_1252].flatMap((character, index) =>
      character === ' ' ? [] : [[character, 0x80 + index]],
    )
    return new Map([...latin, ...own] as [string, number][])
  }
  if (!SINGLE.test(name)) return undefined
  const decoder = new TextDecoder(name)
  return new Map(bytes.map((byte) => [decoder.decode(Uint8Array.of(byte)), byte]))
}

function lacks(character: string, encoding: string): never {
  throw new TaskError(`${encoding} has no character ${JSON.stringify(character)}`)
}
