import { createHash } from 'node:crypto'
import { ArgumentError } from '../../core/errors.ts'
import { byName } from '../../core/values/dictionary.ts'
import { entriesOf, keysOf } from '../../core/values/dicts.ts'
import { toJson } from '../../core/values/json.ts'
import { str } from '../../core/values/text.ts'
import { isDict } from '../../core/values/types.ts'

/** A piece of what is sent: bytes, or a file that the target has. */
export type Piece = Buffer | { readonly path: string }

/** What is sent, and as what. */
export interface Body {
  readonly pieces: readonly Piece[]
  readonly contentType: string | undefined
}

export type BodyFormat = 'form-urlencoded' | 'form-multipart' | 'json' | 'raw'

/**
 * Encodes a body. A field of a `form-multipart` body whose content is in a file takes it from `files`, else from the
 * target.
 * @throws {ArgumentError} for a body that its format cannot hold
 */
export function encodeBody(
  body: unknown,
  format: BodyFormat,
  files: ReadonlyMap<string, Buffer> = new Map(),
): Body | undefined {
  if (format === 'form-multipart') return multipart(body, files)
  const contentType = TYPES[format]
  if (body === undefined || body === null) return contentType && { pieces: [], contentType }
  const text = typeof body === 'string' ? body : ENCODERS[format](body)
  return { pieces: text === '' ? [] : [Buffer.from(text)], contentType }
}

const TYPES = {
  json: 'application/json',
  'form-urlencoded': 'application/x-www-form-urlencoded',
  raw: undefined,
} as const

const ENCODERS: Readonly<Record<keyof typeof TYPES, (body: unknown) => string>> = {
  json: (body) => toJson(body),
  'form-urlencoded': urlEncoded,
  raw(body) {
    if (!Array.isArray(body) && !isDict(body)) return str(body)
    throw new ArgumentError('uri: a raw body is text; set body_format to json for a list or a dictionary')
  },
}

function urlEncoded(body: unknown): string {
  const pairs: unknown = isDict(body) ? entriesOf(body) : body
  if (!Array.isArray(pairs) || pairs.some((pair) => !Array.isArray(pair) || pair.length !== 2)) {
    throw new ArgumentError('uri: a form-urlencoded body is a dictionary, a list of pairs, or text')
  }
  return (pairs as readonly (readonly [unknown, unknown])[])
    .flatMap(([name, value]) => {
      const values: readonly unknown[] = Array.isArray(value)
        ? value
        : isDict(value)
          ? keysOf(value)
          : [value]
      return values.filter((one) => one !== null && one !== undefined).map((one) => [str(name), str(one)])
    })
    .map((pair) => pair.map(formEncode).join('='))
    .join('&')
}

function formEncode(value: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, hex)
    .replaceAll('%20', '+')
}

/** The files on the controller that a multipart body names. */
export function multipartFiles(body: unknown): readonly string[] {
  return Object.values(byName(body) ?? {}).flatMap((field) => {
    const { filename, content } = byName(field) ?? {}
    return typeof filename === 'string' && !content ? [filename] : []
  })
}

const MIME: Readonly<Record<string, string>> = {
  '.txt': 'text/plain',
  '.html': 'text/html',
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.xml': 'text/xml',
  '.json': 'application/json',
  '.js': 'application/javascript',
  '.pdf': 'application/pdf',
  '.zip': 'application/zip',
  '.tar': 'application/x-tar',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
}

function multipart(body: unknown, files: ReadonlyMap<string, Buffer>): Body {
  const given = byName(body)
  if (given === undefined) throw new ArgumentError('uri: a form-multipart body is a dictionary of fields')
  const fields = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))
  const parts = fields.map(([name, field]) => partOf(name, field, files))
  const hash = createHash('sha256')
  for (const { head, content } of parts)
    hash.update(head).update(Buffer.isBuffer(content) ? content : content.path)
  // Long and different for each body, so that no content holds it.
  const boundary = `playscript-${hash.digest('hex').slice(0, 32)}`
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    pieces: [
      ...parts.flatMap(({ head, content }) => [
        Buffer.from(`--${boundary}\r\n${head}\r\n`),
        content,
        Buffer.from('\r\n'),
      ]),
      Buffer.from(`--${boundary}--\r\n`),
    ],
  }
}

function partOf(
  name: string,
  field: unknown,
  files: ReadonlyMap<string, Buffer>,
): { head: string; content: Piece } {
  const quoted = (value: string) => `"${value.replace(/[\r\n]/g, ' ').replace(/["\\]/g, '\\$&')}"`
  const disposition = `Content-Disposition: form-data; name=${quoted(name)}`
  if (typeof field === 'string') {
    return { head: `Content-Type: text/plain\r\n${disposition}\r\n`, content: Buffer.from(field) }
  }
  const parts = byName(field)
  if (parts === undefined)
    throw new ArgumentError(`uri: the field '${name}' is neither text nor a dictionary`)
  const { filename, content, mime_type } = parts
  if (typeof filename !== 'string' && typeof content !== 'string') {
    throw new ArgumentError(`uri: the field '${name}' needs filename or content`)
  }
  const file = typeof filename === 'string' ? filename : undefined
  const type =
    mime_type ?? MIME[/\.\w+$/.exec(file ?? '')?.[0].toLowerCase() ?? ''] ?? 'application/octet-stream'
  const shown = file === undefined ? '' : `; filename=${quoted(file.split('/').at(-1) ?? '')}`
  const head = `Content-Type: ${String(type).replace(/[\r\n]/g, ' ')}\r\n${disposition}${shown}\r\n`
  if (typeof content === 'string' && content !== '') return { head, content: Buffer.from(content) }
  const path = file ?? ''
  return { head, content: files.get(path) ?? { path } }
}
