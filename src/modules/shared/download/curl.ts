import { ArgumentError } from '../../../core/errors.ts'

/** How a server is talked to, whatever is asked of it. */
export interface Link {
  /** Seconds without an answer. */
  readonly timeout: number
  readonly agent: string
  readonly validate_certs: boolean
  readonly use_proxy: boolean
  readonly use_netrc: boolean
  readonly decompress: boolean
  readonly username: string | undefined
  readonly client_cert: string | undefined
  readonly client_key: string | undefined
  readonly ciphers: readonly string[] | undefined
  /** A file of certificates to trust instead of the system's. */
  readonly ca_path?: string | undefined
  readonly unix_socket?: string | undefined
}

/** One line of a configuration of curl or wget; a flag has no value. */
export type Setting = readonly [name: string, value?: string]

/** Headers as they are sent. @throws {ArgumentError} for one that holds a line break */
export function headerLines(headers: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => {
    const line = `${name}: ${String(value)}`
    if (/[\r\n\0]/.test(line)) throw new ArgumentError(`the header '${name}' holds a line break`)
    return line
  })
}

/** curl(1), `--config`: backslash escapes inside double quotes. */
export function curlText(settings: readonly Setting[]): string {
  const quoted = (text: string) =>
    `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`
  return settings
    .map(([name, value]) => (value === undefined ? `${name}\n` : `${name} = ${quoted(value)}\n`))
    .join('')
}

/** The settings of curl for a link. */
export function curlLink(link: Link): readonly Setting[] {
  const seconds = String(link.timeout)
  const settings: Setting[] = [
    ['silent'],
    ['show-error'],
    ['globoff'],
    ['connect-timeout', seconds],
    ['speed-time', seconds],
    ['speed-limit', '1'],
    ['user-agent', link.agent],
  ]
  if (!link.validate_certs) settings.push(['insecure'])
  if (!link.use_proxy) settings.push(['noproxy', '*'])
  if (link.use_netrc && link.username === undefined) settings.push(['netrc-optional'])
  if (link.decompress) settings.push(['compressed'])
  if (link.client_cert !== undefined) settings.push(['cert', link.client_cert])
  if (link.client_key !== undefined) settings.push(['key', link.client_key])
  if (link.ciphers !== undefined) settings.push(['ciphers', link.ciphers.join(':')])
  if (link.ca_path !== undefined) settings.push(['cacert', link.ca_path])
  if (link.unix_socket !== undefined) settings.push(['unix-socket', link.unix_socket])
  return settings
}

/** wget's manual, Wgetrc Commands: one `name = value` a line. */
export function wgetText(settings: readonly Setting[]): string {
  return settings.map(([name, value = 'on']) => `${name} = ${value}\n`).join('')
}

/** The options of GNU wget for a link. */
export function wgetLink(link: Link): readonly string[] {
  const options = ['-t', '1', '-T', String(link.timeout), '-U', link.agent]
  if (!link.validate_certs) options.push('--no-check-certificate')
  if (!link.use_proxy) options.push('--no-proxy')
  if (!link.use_netrc) options.push('--no-netrc')
  if (link.client_cert !== undefined) options.push(`--certificate=${link.client_cert}`)
  if (link.client_key !== undefined) options.push(`--private-key=${link.client_key}`)
  if (link.ciphers !== undefined) options.push(`--ciphers=${link.ciphers.join(':')}`)
  if (link.ca_path !== undefined) options.push(`--ca-certificate=${link.ca_path}`)
  return options
}
