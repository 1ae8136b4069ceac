import { readJson } from '../../core/values/read-json.ts'
import { fieldReader } from '../shared/path-state.ts'

// Not every break that Python knows: a form feed in a header is part of it.
const LINE_BREAK = /\r?\n/

/** What a server answered. */
export interface Answer {
  /** -1 where there was no answer. */
  readonly status: number
  /** The reason beside the status: `Not Found`. */
  readonly reason: string
  /** Where the last redirect led; undefined without one. */
  readonly url: string | undefined
  /** What went wrong, as the downloader said it. */
  readonly problem: string
  /** Of the last answer, names in lower case; several of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: Readonly<Record<string, string>>
  /** Empty where it was not asked for. */
  readonly content: string
}

/** Reads what `exchangeScript` printed. */
export function readAnswer(printed: string): Answer {
  const fields = fieldReader(Buffer.from(printed))
  const [exit, code, url, said, heads, head] = Array.from({ length: 6 }, () => fields.next())
  const content = fields.rest().toString('utf8').replace(/\0$/, '')
  const rows = lastHead(head ?? '')
  const answered = exit === '0'
  return {
    status: answered ? Number(code) : -1,
    reason: /^HTTP\/\S+ \d+ ?(.*)$/.exec(rows[0] ?? '')?.[1] ?? '',
    url: url || undefined,
    problem: complaintIn(said ?? ''),
    headers: readHeaders(rows.slice(1)),
    cookies: readCookies(heads ?? ''),
    content,
  }
}

function complaintIn(said: string): string {
  const rows = said.trim().split(LINE_BREAK)
  const row = rows.find((one) => /^(ERROR|curl|wget):|fail|refused/i.test(one)) ?? rows.at(-1) ?? ''
  return row.replace(/^(curl: \(\d+\)|wget:|ERROR:) /, '')
}

// There are several where a proxy, a 100 Continue or a challenge stands before the answer.
function lastHead(text: string): readonly string[] {
  const rows = text.split(LINE_BREAK).filter((row) => row !== '')
  return rows.slice(
    Math.max(
      rows.findLastIndex((row) => row.startsWith('HTTP/')),
      0,
    ),
  )
}

function readHeaders(rows: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const row of rows) {
    const [, name = '', value = ''] = /^([^:\s]+):\s*(.*?)\s*$/.exec(row) ?? []
    const key = name.toLowerCase()
    if (key !== '') headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`
  }
  return headers
}

function readCookies(heads: string): Readonly<Record<string, string>> {
  const found = [...heads.matchAll(/^set-cookie:\s*([^=;\s]+)=([^;\r\n]*)/gim)]
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]))
}

/** HTTP's own words for codes whose answer came without one, as it does over HTTP/2. */
const REASONS: Readonly<Record<number, string>> = {
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** The result fields of an answer. */
export function answerFields(
  answer: Answer,
  asked: { readonly url: string },
): Readonly<Record<string, unknown>> & { readonly msg: string } {
  const { status, headers, cookies, url = asked.url } = answer
  const named = Object.entries(headers).map(([name, value]) => [name.replaceAll('-', '_'), value])
  const location = headers.location === undefined ? {} : { location: absolute(headers.location, url) }
  const good = status >= 200 && status < 300
  return {
    ...Object.fromEntries(named),
    ...location,
    ...(status === -1
      ? { msg: `Request failed: ${answer.problem}` }
      : good
        ? {
            msg: `OK (${headers['content-length'] ?? 'unknown'} bytes)`,
            cookies,
            cookies_string: Object.entries(cookies)
              .map(([name, value]) => `${name}=${value}`)
              .join('; '),
          }
        : { msg: `HTTP Error ${status}: ${answer.reason || (REASONS[status] ?? '')}` }),
    redirected: answer.url !== undefined,
    status,
    url,
    ...json(answer),
  }
}

function absolute(location: string, url: string): string {
  try {
    return new URL(location, url).href
  } catch {
    return location
  }
}

function json({ headers, content }: Answer): { readonly json?: unknown } {
  const [type = ''] = (headers['content-type'] ?? '').split(/[;,]/)
  if (!/[/+](json|javascript)\s*$/i.test(type)) return {}
  try {
    return { json: readJson(content) }
  } catch {
    return {}
  }
}
