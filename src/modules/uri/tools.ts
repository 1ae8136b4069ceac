import { ArgumentError } from '../../core/errors.ts'
import { Script, sh } from '../../core/quote.ts'
import {
  curlLink,
  curlText,
  headerLines,
  type Link,
  type Setting,
  wgetLink,
  wgetText,
} from '../shared/download/curl.ts'
import { busyboxOptions } from '../shared/download/fetch.ts'
import type { Piece } from './body.ts'

export type FollowRedirects = 'all' | 'no' | 'none' | 'safe' | 'urllib2' | 'yes'

/** A request over HTTP. */
export interface Exchange extends Link {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, unknown>>
  /** Names of headers that only the first request has, not those that follow a redirect. */
  readonly unredirected_headers: readonly string[]
  readonly password: string | undefined
  /** Send the credentials at once, instead of when the server asks for them. */
  readonly force_basic_auth: boolean
  readonly body: readonly Piece[]
  readonly follow_redirects: FollowRedirects
  /** Codes with which the body is kept for `dest`. */
  readonly status_code: readonly number[]
  readonly return_content: boolean
  /** The private folder of this request on the target: it is made, and holds the body afterwards as `body`. */
  readonly folder: string
  /** Leave the folder with the body to what follows. */
  readonly keep: boolean
}

/** @throws {ArgumentError} when it is none */
export function parseUrl(text: string): URL {
  try {
    const url = new URL(text)
    if (/^(https?|ftp|file):$/.test(url.protocol)) return url
  } catch {
    // Said below, in our words.
  }
  throw new ArgumentError(`uri: '${text}' is no URL; it begins with http:// or https://`)
}

interface Parts {
  /** Sent with every request. */
  readonly base: readonly Setting[]
  /** Sent to the first server only: it is the one they are meant for. */
  readonly own: readonly Setting[]
  /** Sent with the first request only. */
  readonly first: readonly Setting[]
  /** What tells about the body. */
  readonly entity: readonly Setting[]
}

function split(exchange: Exchange): Parts {
  const once = new Set(exchange.unredirected_headers.map((name) => name.toLowerCase()))
  const of = (kind: keyof Parts) =>
    Object.entries(exchange.headers)
      .filter(([name]) => kindOf(name.toLowerCase(), once) === kind)
      .flatMap(([name, value]) => headerLines({ [name]: value }))
      .map((line) => ['header', line] as const)
  return { base: of('base'), own: of('own'), first: of('first'), entity: of('entity') }
}

function kindOf(name: string, once: ReadonlySet<string>): keyof Parts {
  if (once.has(name)) return 'first'
  if (/^content-(type|length)$|^transfer-encoding$/.test(name)) return 'entity'
  return name === 'authorization' || name === 'cookie' ? 'own' : 'base'
}

/**
 * Shell text that defines `hop`: one request for `$u` with method `$m` (and the body, with `$d`). It sets `s`, 0 when
 * there was an answer, and `v`, where that redirects to; the files `head`, `body` and `said` hold the rest.
 */
export function requestTool(exchange: Exchange): Script {
  return sh`if command -v curl >/dev/null 2>&1; then
${curl(exchange)}
elif wget --version 2>/dev/null | grep -q 'GNU Wget'; then
${wget(exchange)}
elif command -v wget >/dev/null 2>&1; then
${busybox(exchange)}
else
  echo 'there is neither curl nor wget on the host to make requests with: install one of them' >&2; exit 1
fi`
}

function credentials({ url, username, password }: Exchange) {
  const own = parseUrl(url)
  const user = username ?? (own.username === '' ? undefined : decodeURIComponent(own.username))
  return user === undefined ? undefined : { user, password: password ?? decodeURIComponent(own.password) }
}

function curl(exchange: Exchange): Script {
  const { base, own, first, entity } = split(exchange)
  const known = credentials(exchange)
  const auth: Setting[] =
    known === undefined
      ? []
      : [['user', `${known.user}:${known.password}`], [exchange.force_basic_auth ? 'basic' : 'anyauth']]
  const link = curlLink({ ...exchange, username: known?.user })
  const all: Setting[] = [...link, ['cookie', 'jar'], ['cookie-jar', 'jar'], ['header', 'Expect:'], ...base]
  const common: Setting[] = [
    ...all,
    ['dump-header', 'head'],
    ['output', 'body'],
    ['write-out', '%{redirect_url}'],
  ]
  return sh`say() {
  printf %s ${curlText(common)}
  [ -n "$foreign" ] || printf %s ${curlText([...own, ...auth])}
  [ $n -gt 0 ] || printf %s ${curlText(first)}
  [ -z "$d" ] || printf %s ${curlText([...entity, ['data-binary', '@send']])}
${CURL_REQUEST}
}
hop() { say | curl -q -K - >next 2>said; s=$?; v=$(cat next); }`
}

const CURL_REQUEST = new Script(
  [
    `  case $m in HEAD) printf 'head\\n' ;; GET) [ -z "$d" ] || printf 'request = "GET"\\n' ;; *) printf 'request = "%s"\\n' "$m" ;; esac`,
    `  case $m$d in POST|PUT|PATCH) printf 'header = "Content-Length: 0"\\n' ;; esac`,
    `  printf 'url = "%s"\\n' "$(printf %s "$u" | sed 's/["\\\\]/\\\\&/g')"`,
  ].join('\n'),
)

function wget(exchange: Exchange): Script {
  if (exchange.unix_socket !== undefined) return refuse('GNU wget, which knows no Unix sockets')
  const { base, own, first, entity } = split(exchange)
  const known = credentials(exchange)
  const auth: Setting[] =
    known === undefined
      ? []
      : [
          ['user', known.user],
          ['password', known.password],
        ]
  if (exchange.force_basic_auth && known !== undefined) auth.push(['auth_no_challenge'])
  const options = [
    ...['-S', '-nv', '-o', 'said', '-O', 'body', '--max-redirect=0', '--content-on-error'],
    ...['--load-cookies=jar', '--save-cookies=jar', '--keep-session-cookies'],
    ...wgetLink(exchange),
  ]
  return sh`say() {
  printf %s ${wgetText(base)}
  [ -n "$foreign" ] || printf %s ${wgetText([...own, ...auth])}
  [ $n -gt 0 ] || printf %s ${wgetText(first)}
  [ -z "$d" ] || printf %s ${wgetText(entity)}
}
hop() {
  : >>jar; say >config
  wget --config=config ${options} --method="$m" ${new Script('${d:+--body-file=send}')} -- "$u" </dev/null; s=$?
${WGET_ANSWER}
}`
}

const WGET_ANSWER = new Script(
  [
    `  sed -n 's/^  //p' said | awk '/^HTTP\\// { text = "" } { text = text $0 "\\n" } END { printf "%s", text }' >head`,
    // Six and eight say that there was an answer, and that it was none of the good ones.
    `  if [ -s head ]; then case $s in 6|8) s=0 ;; esac; else case $u in http*) [ $s -ne 0 ] || s=1 ;; esac; fi`,
    `  v=$(tr -d '\\r' <head | sed -n 's/^[Ll][Oo][Cc][Aa][Tt][Ii][Oo][Nn]: *//p' | tail -n 1)`,
    `  case $v in ''|*://*) ;; //*) v=\${u%%:*}:$v ;;`,
    `    /*) o=\${u#*://}; v=\${u%%://*}://\${o%%/*}$v ;; *) o=\${u%%[?#]*}; v=\${o%/*}/$v ;; esac`,
  ].join('\n'),
)

function refuse(what: string): Script {
  return sh`  echo ${`the host has only ${what}: install curl`} >&2; exit 1`
}

function busybox(exchange: Exchange): Script {
  const { method, headers, validate_certs, use_proxy, agent, body, follow_redirects } = exchange
  if (method !== 'GET' || body.length > 0) return refuse("busybox's wget, which only fetches")
  // That the file which is there will do is no secret, and no more than a wish.
  const said = Object.keys(headers).filter((name) => name !== 'If-Modified-Since')
  if (credentials(exchange) !== undefined || said.length > 0) {
    return refuse("busybox's wget, which would show credentials and headers to every user of the host")
  }
  const special = [exchange.client_cert, exchange.ciphers, exchange.ca_path, exchange.unix_socket]
  if (special.some((value) => value !== undefined) || /^no/.test(follow_redirects)) {
    return refuse("busybox's wget, which knows no certificates, ciphers, sockets and unfollowed redirects")
  }
  const options = [
    '-U',
    agent,
    ...(validate_certs ? [] : ['--no-check-certificate']),
    ...(use_proxy ? [] : ['-Y', 'off']),
  ]
  const unsafe = validate_certs
    ? sh`case $w in *'validation not implemented'*) echo "busybox's wget does not check certificates: install curl, or set validate_certs: false" >&2; exit 1 ;; esac`
    : sh`:`
  return sh`hop() {
  ${busyboxOptions(exchange.timeout)}
  w=$(wget $t -O body ${options} "$u" 2>&1); s=$?; v=
  ${unsafe}
  printf '%s\n' "$w" >said
${BUSYBOX_ANSWER}
}`
}

const BUSYBOX_ANSWER = new Script(
  [
    `  sed -n 's/^  *\\([A-Za-z-]*: .*\\)/\\1/p; s/^.*\\(HTTP\\/[0-9.]* [0-9]\\{3\\}.*\\)/\\1/p' said | awk '/^HTTP\\// { text = "" } { text = text $0 "\\n" } END { printf "%s", text }' >head`,
    `  [ -s head ] || [ $s -ne 0 ] || echo 'HTTP/1.1 200 OK' >head`,
    `  [ ! -s head ] || s=0`,
  ].join('\n'),
)
