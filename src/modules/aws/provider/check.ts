import { ArgumentError } from '../../../core/errors.ts'

/** What AWS demands of a provider's parameters. */
export interface Wanted {
  readonly url: string
  readonly client_id_list?: readonly string[] | undefined
  readonly thumbprint_list?: readonly string[] | undefined
  readonly fetch_thumbprint: boolean
}

const LIMITS = { url: 255, clientIds: 100, clientId: 255, thumbprints: 5 } as const

/**
 * Checks what AWS would refuse, before it is asked.
 * @throws {ArgumentError} saying what is wrong and what is allowed
 */
export function checkProvider({
  url,
  client_id_list = [],
  thumbprint_list = [],
  fetch_thumbprint,
}: Wanted): void {
  checkUrl(url)
  if (fetch_thumbprint && thumbprint_list.length > 0)
    throw new ArgumentError('parameters are mutually exclusive: fetch_thumbprint, thumbprint_list')
  if (new Set(client_id_list).size > LIMITS.clientIds)
    throw new ArgumentError(
      `client_id_list has ${client_id_list.length} entries; AWS allows ${LIMITS.clientIds}`,
    )
  const long = client_id_list.find((id) => id === '' || id.length > LIMITS.clientId)
  if (long !== undefined)
    throw new ArgumentError(`client_id_list has '${long}'; each must have 1 to ${LIMITS.clientId} characters`)
  if (new Set(thumbprint_list.map(lower)).size > LIMITS.thumbprints)
    throw new ArgumentError(
      `thumbprint_list has ${thumbprint_list.length} entries; AWS allows ${LIMITS.thumbprints}`,
    )
  const odd = thumbprint_list.find((thumbprint) => !/^[\da-f]{40}$/i.test(thumbprint))
  if (odd !== undefined)
    throw new ArgumentError(`thumbprint_list has '${odd}'; each must be a SHA-1 in 40 hexadecimal digits`)
}

function checkUrl(url: string): void {
  const wrong = (why: string) =>
    new ArgumentError(`url is '${url}'; ${why}`, {
      hint: 'It must be the issuer, byte for byte as the tokens name it: https://id.example.com',
    })
  if (!/^https:\/\//.test(url)) throw wrong("it must begin with 'https://'")
  if (!URL.canParse(url) || /\s/.test(url)) throw wrong('it is no URL')
  if (/[?#]/.test(url)) throw wrong('it must not have a query or fragment')
  if (/^https:\/\/[^/]*@/.test(url)) throw wrong('it must not have a user')
  if (/^https:\/\/(\[[^\]]*\]|[^/:]*):/.test(url)) throw wrong('it must not have a port')
  if (url.length > LIMITS.url) throw wrong(`it must have at most ${LIMITS.url} characters`)
}

function lower(text: string): string {
  return text.toLowerCase()
}
