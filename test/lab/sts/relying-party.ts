import { get } from 'node:https'
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'

/** Why a token is refused, with the error code that STS has for it. */
export class Refused extends Error {
  readonly code: 'InvalidIdentityToken' | 'ExpiredTokenException' | 'AccessDenied' | 'ValidationError'
  constructor(code: Refused['code'], message: string) {
    super(message)
    this.code = code
  }
}

export interface Trust {
  /** PEM of the CAs that the issuer's certificate must come from. */
  readonly ca: string
  /** Audiences (client ids) that the provider was made for. */
  readonly audiences: readonly string[]
}

/** The issuer that a token names, not yet verified. */
export function issuerOf(token: string): string {
  try {
    const { iss } = decodeJwt(token)
    if (typeof iss === 'string' && iss !== '') return iss
  } catch {
    // Told below, in STS's words.
  }
  throw new Refused('InvalidIdentityToken', 'The ID Token provided is not a valid JWT')
}

/**
 * Verifies a token as a relying party must: discovery document and keys fetched over verified HTTPS, RS256 signature
 * by one of those keys, issuer, audience and time.
 * @returns the token's claims
 * @throws {Refused}
 */
export async function verifyToken(
  token: string,
  issuer: string,
  { ca, audiences }: Trust,
): Promise<JWTPayload> {
  const discovery = await fetchJson(`${issuer}/.well-known/openid-configuration`, ca)
  if (discovery.issuer !== issuer) {
    throw new Refused(
      'InvalidIdentityToken',
      `The discovery document is of ${String(discovery.issuer)}, not of ${issuer}`,
    )
  }
  const keys = (await fetchJson(String(discovery.jwks_uri), ca)) as unknown as JSONWebKeySet
  try {
    const options = {
      issuer,
      audience: [...audiences],
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'exp'],
    }
    return (await jwtVerify(token, createLocalJWKSet(keys), options)).payload
  } catch (error) {
    throw refusal(error)
  }
}

function refusal(error: unknown): Refused {
  if (error instanceof errors.JWTExpired) {
    return new Refused(
      'ExpiredTokenException',
      'Token expired: it must be used before its expiration date/time',
    )
  }
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
    return new Refused('InvalidIdentityToken', 'Incorrect token audience')
  }
  if (error instanceof errors.JOSEError) {
    return new Refused(
      'InvalidIdentityToken',
      `The ID token provided could not be validated: ${error.message}`,
    )
  }
  throw error
}

function fetchJson(url: string, ca: string): Promise<Readonly<Record<string, unknown>>> {
  const failed = (reason: string) =>
    new Refused(
      'InvalidIdentityToken',
      `Couldn't retrieve verification key from your identity provider: ${url}: ${reason}`,
    )
  return new Promise((resolve, reject) => {
    if (!url.startsWith('https://')) return reject(failed('it is not HTTPS'))
    const request = get(url, { ca, timeout: 5000 }, async (response) => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk as Buffer)
        if (response.statusCode !== 200) return reject(failed(`HTTP status ${response.statusCode}`))
        resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      } catch (error) {
        reject(failed(error instanceof Error ? error.message : String(error)))
      }
    })
    request.on('timeout', () => request.destroy(new Error('no answer within 5 s')))
    request.on('error', (error) => reject(failed(error.message)))
  })
}
