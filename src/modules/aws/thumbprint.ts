import { createHash } from 'node:crypto'
import { request } from 'node:https'
import { connect, createSecureContext, type DetailedPeerCertificate } from 'node:tls'
import { messageOf, TaskError } from '../../core/errors.ts'

/** Milliseconds after which a server that says nothing is given up. */
const PATIENCE = 10_000
const LARGEST = 1_000_000

/**
 * The thumbprints that IAM compares for an issuer: the SHA-1 of the topmost certificate that each server sends, of the
 * issuer's and, where that is another one, of the server with its keys. The chain is not verified: to pin a CA that
 * nobody else trusts is what thumbprints are for.
 * @throws {TaskError} when a server cannot be reached
 */
export async function servedThumbprints(issuer: string, signal?: AbortSignal): Promise<readonly string[]> {
  const { host } = new URL(issuer)
  const keys = await keysHost(issuer, signal)
  const hosts = keys === undefined ? [host] : [...new Set([host, keys])]
  return [...new Set(await Promise.all(hosts.map((one) => topThumbprint(one, signal))))]
}

/** The SHA-1, in hexadecimal, of the last certificate of the chain that a server sends. */
export async function topThumbprint(host: string, signal?: AbortSignal): Promise<string> {
  const { hostname, port } = new URL(`https://${host}`)
  const chain = await servedChain(hostname, port === '' ? 443 : Number(port), signal)
  const top = chain.at(-1)
  if (top === undefined) throw new TaskError(`${host} sent no certificate`)
  return createHash('sha1').update(top.raw).digest('hex')
}

async function servedChain(
  hostname: string,
  port: number,
  signal: AbortSignal | undefined,
): Promise<readonly DetailedPeerCertificate[]> {
  const address = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      servername: /^[\d.]+$|:/.test(address) ? '' : address,
      rejectUnauthorized: false,
      // Without any CA: Node would else add the root that it knows to the chain, which the server did not send.
      secureContext: createSecureContext({ ca: [] }),
      timeout: PATIENCE,
    })
    const fail = (error: Error) => {
      socket.destroy()
      reject(
        new TaskError(`the certificate of ${hostname}:${port} cannot be read: ${messageOf(error)}`, {
          cause: error,
        }),
      )
    }
    const abort = () => fail(new Error('interrupted'))
    signal?.addEventListener('abort', abort, { once: true })
    socket.once('close', () => signal?.removeEventListener('abort', abort))
    socket.once('error', fail)
    socket.once('timeout', () => fail(new Error(`no answer in ${PATIENCE / 1000} seconds`)))
    socket.once('secureConnect', () => {
      const chain = unroll(socket.getPeerCertificate(true))
      socket.destroy()
      resolve(chain)
    })
  })
}

// Node links a root certificate to itself.
function unroll(leaf: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = []
  let next: DetailedPeerCertificate | undefined = leaf
  while (next?.raw !== undefined && !chain.some(({ raw }) => raw.equals(next?.raw as Buffer))) {
    chain.push(next)
    next = next.issuerCertificate
  }
  return chain
}

/** The host of the issuer's keys; undefined when its discovery document does not name one. */
async function keysHost(issuer: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const document = JSON.parse(
      await fetchUnverified(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, signal),
    )
    return new URL(String(document.jwks_uri)).host
  } catch {
    return undefined
  }
}

function fetchUnverified(url: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, timeout: PATIENCE, agent: false, ...(signal && { signal }) }
    const asking = request(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
        if (text.length > LARGEST) asking.destroy(new Error('too long'))
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error('no such document')),
      )
    })
    asking.on('timeout', () => asking.destroy(new Error('no answer')))
    asking.on('error', reject)
    asking.end()
  })
}
