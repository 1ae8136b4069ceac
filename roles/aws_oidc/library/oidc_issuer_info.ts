import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { rootCertificates } from 'node:tls'
import { type Controller, defineModule, TaskError } from 'playscript'

/** Seconds that AWS waits for an issuer, about. */
const PATIENCE = 5
const LARGEST = 1_000_000
const MOST_KEYS = 100

/** What a relying party learns of an issuer. */
export interface Issuer {
  readonly jwks_uri: string
  /** The ids of the keys that tokens can be signed with. */
  readonly kids: readonly string[]
}

/**
 * Look at an OpenID Connect issuer as AWS will: both documents over verified HTTPS, and a key that it can use. It runs
 * on the controller, and fails with the reason why AWS would refuse.
 *
 * @example
 * { oidc_issuer_info: { url: 'https://id.example.com' }, register: 'issuer' }
 */
export const oidc_issuer_info = defineModule({
  name: 'oidc_issuer_info',
  doc: 'Look at an OpenID Connect issuer as a relying party will',
  args: {
    url: { type: 'str', required: true, doc: 'The issuer, byte for byte as its tokens name it' },
    ca_file: { type: 'path', doc: 'PEM file with CAs to trust besides the public ones' },
  },
  local: true,
  read: ({ url, ca_file }, controller) => readIssuer(url, ca_file, controller),
  plan: ({ url }, issuer) => ({ changes: [], steps: [], result: { issuer: url, ...issuer } }),
})

export default oidc_issuer_info

declare module 'playscript' {
  interface ModuleRegistry {
    oidc_issuer_info: typeof oidc_issuer_info
  }
}

/** @throws {TaskError} saying what AWS would refuse it for, and what to do */
async function readIssuer(url: string, caFile: string | undefined, { signal }: Controller): Promise<Issuer> {
  checkUrl(url)
  const ca = caFile === undefined ? undefined : [...rootCertificates, await readCa(caFile)]
  const fetch = (address: string, what: string) => fetchJson(address, what, { ca, signal })
  const place = `${url}${url.endsWith('/') ? '' : '/'}.well-known/openid-configuration`
  const discovery = await fetch(place, 'the discovery document')
  if (discovery.issuer !== url) {
    throw wrong(
      `${place} names the issuer ${JSON.stringify(discovery.issuer)}, and not '${url}'; they must be equal to the byte`,
      'Start the API server with --service-account-issuer set to that URL, without a slash at its end.',
    )
  }
  const keysUri = discovery.jwks_uri
  if (typeof keysUri !== 'string' || !keysUri.startsWith('https://')) {
    throw wrong(
      `${place} has jwks_uri ${JSON.stringify(keysUri)}, which is no HTTPS address`,
      'Start the API server with --service-account-jwks-uri set to where the keys are published.',
    )
  }
  const { keys } = await fetch(keysUri, 'the keys (jwks_uri)')
  return { jwks_uri: keysUri, kids: usableKeys(keys, keysUri) }
}

function checkUrl(url: string): void {
  const hint = 'AWS takes https://host or https://host/path.'
  if (!url.startsWith('https://')) throw wrong(`the issuer '${url}' is no HTTPS address`, hint)
  if (!URL.canParse(url)) throw wrong(`the issuer '${url}' is no URL`, hint)
  if (/[?#]/.test(url)) throw wrong(`the issuer '${url}' has a query or fragment`, hint)
}

function usableKeys(keys: unknown, place: string): readonly string[] {
  const found = (Array.isArray(keys) ? keys : []) as readonly Readonly<Record<string, unknown>>[]
  const hint = 'The API server publishes them: kubectl get --raw /openid/v1/jwks.'
  if (found.length === 0) throw wrong(`${place} holds no keys`, hint)
  if (found.length > MOST_KEYS)
    throw wrong(`${place} holds ${found.length} keys; AWS takes ${MOST_KEYS}`, hint)
  const signing = found.filter(
    ({ kty, alg = 'RS256', use = 'sig' }) => kty === 'RSA' && alg === 'RS256' && use === 'sig',
  )
  const kids = signing
    .map(({ kid }) => kid)
    .filter((kid) => typeof kid === 'string' && kid !== '') as string[]
  if (kids.length > 0) return kids
  const why = signing.length > 0 ? 'none of its keys has a kid' : 'none of its keys is for RS256'
  throw wrong(`${place} holds no key that AWS can use: ${why}`, hint)
}

interface Fetching {
  readonly ca: readonly (string | Buffer)[] | undefined
  readonly signal: AbortSignal | undefined
}

async function fetchJson(
  address: string,
  what: string,
  fetching: Fetching,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, text } = await fetchText(address, fetching).catch((cause: Error) => {
    throw wrong(`${what} cannot be fetched from ${address}: ${reasonOf(cause)}`, hintOf(cause), cause)
  })
  if (status !== 200)
    throw wrong(`${address} answers with status ${status}`, `It must serve ${what} itself, with status 200.`)
  try {
    const data: unknown = JSON.parse(text)
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data }
  } catch {}
  throw wrong(`${address} is not JSON: ${JSON.stringify(text.slice(0, 60))}`, `It must be ${what}.`)
}

function fetchText(address: string, { ca, signal }: Fetching): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(PATIENCE * 1000)
    const ends = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
    const options = { agent: false, signal: ends, ...(ca === undefined ? {} : { ca: [...ca] }) }
    const asking = request(address, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
        if (text.length > LARGEST) asking.destroy(new Error('the answer is too long'))
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    asking.on('error', (error) =>
      reject(deadline.aborted ? new Error(`no answer in ${PATIENCE} seconds`) : error),
    )
    asking.end()
  })
}

function reasonOf(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return error.message || code
}

function hintOf(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException
  if (/CERT|SIGNED|VERIFY|ISSUER|LEAF/.test(code)) {
    return "The certificate must be of a CA that AWS trusts, with its intermediate in the file that is served; for a CA of one's own there is oidc_ca_file."
  }
  return 'AWS must reach it from the internet: check its DNS name, its firewall, and that the web server runs.'
}

async function readCa(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: Error) => {
    throw wrong(
      `the CA file ${path} cannot be read: ${cause.message}`,
      'Give a PEM file as oidc_ca_file.',
      cause,
    )
  })
}

function wrong(message: string, hint: string, cause?: unknown): TaskError {
  return new TaskError(message, { hint, ...(cause === undefined ? {} : { cause }) })
}
