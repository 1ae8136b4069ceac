import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificate, createAuthority, issue } from '../lab/certificates.ts'

/** What an issuer's server sends; a function gets the issuer's URL. */
export interface Served {
  readonly discovery?: (url: string) => unknown
  readonly keys?: unknown
  readonly status?: number
}

export interface IssuerServer {
  readonly url: string
  readonly address: string
  /** The CA that signed its certificate. */
  readonly authority: Certificate
  close(): void
}

export const RSA_KEY = { kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'key-1', n: 'AQAB', e: 'AQAB' }

/**
 * An issuer on a loopback address of its own, for names with and without a port.
 * @param port 443 for one that AWS could take; only root may listen there
 */
export async function startIssuer(
  served: Served = {},
  { port = 0, selfSigned = false } = {},
): Promise<IssuerServer> {
  const dir = mkdtempSync(join(tmpdir(), 'issuer-'))
  const address = `127.${1 + (process.pid % 250)}.${Math.floor(performance.now()) % 250}.${1 + Math.floor(Math.random() * 250)}`
  const authority = await createAuthority({ dir, name: 'ca', subject: '/CN=test CA' })
  const request = { dir, name: 'leaf', subject: '/CN=issuer', altNames: [`IP:${address}`] }
  const leaf = await issue(
    selfSigned ? await createAuthority({ dir, name: 'other', subject: '/CN=other' }) : authority,
    request,
  )
  let url = ''
  const server: Server = createServer(
    { key: leaf.key, cert: leaf.certificate + authority.certificate },
    (asked, response) => {
      const { discovery = (issuer: string) => ({ issuer, jwks_uri: `${issuer}/openid/v1/jwks` }) } = served
      const { keys = [RSA_KEY], status = 200 } = served
      const body = asked.url === '/openid/v1/jwks' ? { keys } : discovery(url)
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  })
  const { port: own } = server.address() as AddressInfo
  url = `https://${address}${own === 443 ? '' : `:${own}`}`
  return {
    url,
    address,
    authority,
    close: () => {
      server.close()
      server.closeAllConnections()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
