import { dictOf, entriesOf, itemsOf } from '../../core/values/dicts.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError, isDict } from '../../core/values/types.ts'
import { type FilterTable, filter } from './define.ts'

const encode = (value: unknown, keep: RegExp): string =>
  encodeURIComponent(str(value))
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(keep, decodeURIComponent)

/** Percent-encodes text (slashes stay), or makes a query of a dict or of pairs. */
function urlencode(value: unknown): string {
  if (typeof value === 'string' || typeof value !== 'object' || value === null) return encode(value, /%2F/g)
  const pairs = isDict(value) ? entriesOf(value) : itemsOf(value).map(itemsOf)
  const field = (one: unknown): string => encode(one, /^$/).replaceAll('%20', '+')
  return pairs.map(([key, one]) => `${field(key)}=${field(one)}`).join('&')
}

function splitUrl(url: string): Record<string, unknown> {
  const [, scheme = '', netloc = '', path = '', query = '', fragment = ''] =
    /^(?:([A-Za-z][\w+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? []
  const [, user, password, host, port] =
    /^(?:([^:@]*)(?::([^@]*))?@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(netloc) ?? []
  return {
    fragment,
    hostname: host === undefined || host === '' ? null : host.replace(/^\[|\]$/g, '').toLowerCase(),
    netloc,
    password: password ?? null,
    path,
    port: port === undefined ? null : Number(port),
    query,
    scheme: scheme.toLowerCase(),
    username: user ?? null,
  }
}

/** Filters over addresses of the web. */
export const urlFilters: FilterTable = {
  urlencode: filter('', urlencode),
  urldecode: filter('', (value) => decodeURIComponent(str(value).replaceAll('+', ' '))),
  urlsplit: filter('query', (value, [part]) => {
    const parts = splitUrl(text(value, 'urlsplit'))
    if (part === undefined || part === '') return dictOf(Object.entries(parts))
    const name = str(part)
    if (!Object.hasOwn(parts, name)) throw new EvaluationError(`urlsplit: unknown URL component: ${name}`)
    return parts[name]
  }),
}
