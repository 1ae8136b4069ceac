import { ArgumentError } from '../../../core/errors.ts'
import { Script, sh } from '../../../core/quote.ts'
import { curlLink, curlText, headerLines, type Link, wgetLink, wgetText } from './curl.ts'

/** One download, and how it is to be made. */
export interface Download extends Link {
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly password: string | undefined
}

/**
 * A shell function that downloads: the body to stdout, the response's headers to descriptor 3, and what is wrong, when
 * it fails, to stderr. It takes curl, else
 * GNU wget, else busybox's wget. Credentials and headers travel on stdin, since arguments can be read by every user
 * of the host; busybox's wget takes them in no other way, so it is refused for downloads that have any.
 * @throws {ArgumentError} for a URL or a header that cannot be sent
 */
export function fetchFunction(name: string, download: Download): Script {
  const plain = withoutCredentials(download)
  const secret = plain.username !== undefined || Object.keys(plain.headers).length > 0
  return sh`${new Script(name)}() {
  if command -v curl >/dev/null 2>&1; then
    printf %s ${curlConfig(plain)} | curl -q -K - -D /dev/fd/3
  elif wget --version 2>/dev/null | grep -q 'GNU Wget'; then
    ${wgetFetch(plain, { secret })}
  elif command -v wget >/dev/null 2>&1; then
    ${busyboxFetch(plain, { secret })}
  else
    echo 'there is neither curl nor wget on the host to download with: install one of them' >&2; return 1
  fi
}`
}

/** A download function for an address that needs nothing said. */
export function simpleFetch(name: string, url: string, own: Partial<Download> = {}): Script {
  return fetchFunction(name, {
    url,
    timeout: 10,
    headers: {},
    username: undefined,
    password: undefined,
    agent: 'ansible-httpget',
    validate_certs: true,
    use_proxy: true,
    use_netrc: true,
    decompress: false,
    client_cert: undefined,
    client_key: undefined,
    ciphers: undefined,
    ...own,
  })
}

/** The URL's own credentials as user name and password. */
function withoutCredentials(download: Download): Download {
  let url: URL
  try {
    url = new URL(download.url)
  } catch {
    throw new ArgumentError(`'${download.url}' is no URL`)
  }
  if (!/^(https?|ftp|file):$/.test(url.protocol)) {
    throw new ArgumentError(
      `'${download.url}' cannot be downloaded: the URL begins with http, https, ftp or file`,
    )
  }
  if (url.username === '') return download
  const { username, password } = url
  url.username = ''
  url.password = ''
  return {
    ...download,
    url: url.href,
    username: download.username ?? decodeURIComponent(username),
    password: download.password ?? decodeURIComponent(password),
  }
}

function curlConfig(download: Download): string {
  const { username, password } = download
  return curlText([
    ['url', download.url],
    ['fail'],
    ['location'],
    ...curlLink(download),
    ...headerLines(download.headers).map((line) => ['header', line] as const),
    ...(username === undefined ? [] : [['user', `${username}:${password ?? ''}`] as const]),
  ])
}

function wgetConfig({ headers, username, password }: Download): string {
  const credentials = [['user', username ?? ''] as const, ['password', password ?? ''] as const]
  return wgetText([
    ...headerLines(headers).map((line) => ['header', line] as const),
    ...(username === undefined ? [] : [...credentials, ['auth_no_challenge'] as const]),
  ])
}

function wgetFetch(download: Download, { secret }: { readonly secret: boolean }): Script {
  const options = ['-S', '-nv', ...wgetLink(download)]
  const fetch = told(sh`wget ${options} -O - -- ${download.url}`)
  if (!secret) return fetch
  // wget takes its configuration from regular files only. This one has no name any more before anything is in it.
  return sh`c=$(mktemp) || return 1; exec 7<>"$c"; rm -f -- "$c"
    printf %s ${wgetConfig(download)} >&7
    ${new Script(fetch.text.replace('wget ', 'wget --config=/dev/fd/7 '))}`
}

// wget writes its log and the server's headers to stderr: all of it goes to descriptor 3, a complaint to stderr, too.
function told(wget: Script): Script {
  return sh`exec 5>&1; w=$(${wget} 2>&1 >&5); s=$?; printf '%s\n' "$w" >&3
    [ $s -eq 0 ] || { printf '%s\n' "$w" | tail -n 1 >&2; return 1; }`
}

function busyboxFetch(download: Download, { secret }: { readonly secret: boolean }): Script {
  const refuse = (why: string) =>
    sh`echo ${`the host has only busybox's wget, ${why}: install curl`} >&2; return 1`
  if (secret) return refuse('which would show credentials and headers to every user of the host')
  if (download.client_cert !== undefined || download.ciphers !== undefined) {
    return refuse('which knows neither client certificates nor ciphers')
  }
  const options = ['-U', download.agent]
  if (!download.validate_certs) options.push('--no-check-certificate')
  if (!download.use_proxy) options.push('-Y', 'off')
  // Some builds of busybox do not look at certificates at all, and only mention it.
  const unsafe = download.validate_certs
    ? sh`case $w in *'validation not implemented'*) echo "busybox's wget does not check certificates: install curl, or set validate_certs: false" >&2; return 1 ;; esac`
    : sh`:`
  // Not every build knows a time limit, and those that do not may crash when they are given one.
  return sh`${busyboxOptions(download.timeout)}
    ${told(sh`wget $t -O - ${options} ${download.url}`)}
    ${unsafe}`
}

/** Shell text that sets `t` to those options for a time limit and for the server's headers that this busybox knows. */
export function busyboxOptions(timeout: number): Script {
  return sh`o=$(wget --help 2>&1); t=; case $o in *'-T SEC'*) t=${`-T ${timeout}`} ;; esac
    case $o in *'Show server response'*) t="$t -S" ;; esac`
}
