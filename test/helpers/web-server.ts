import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A request as the server saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface WebServer {
  /** Without a slash at the end. */
  readonly url: string
  readonly seen: Seen[]
  close(): void
}

export type Answerer = (request: Seen, response: ServerResponse) => void

/** A server of one test, on loopback or another address of this machine; `listen` may be the path of a Unix socket. */
export async function webServer(
  answer: Answerer,
  options: {
    readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string }
    readonly listen?: string
    readonly address?: string
  } = {},
): Promise<WebServer> {
  const seen: Seen[] = []
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const one = { method, path, headers, body: Buffer.concat(parts) }
      seen.push(one)
      answer(one, response)
    })
  }
  const { tls, address = '127.0.0.1' } = options
  const client = tls?.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true, ca: tls.ca }
  const server = tls === undefined ? createServer(handle) : createTlsServer({ ...tls, ...client }, handle)
  await new Promise<void>((resolve) =>
    options.listen === undefined
      ? server.listen(0, address, resolve)
      : server.listen(options.listen, resolve),
  )
  const port = options.listen === undefined ? (server.address() as AddressInfo).port : 0
  return {
    url: `http${tls === undefined ? '' : 's'}://${tls === undefined ? address : 'localhost'}:${port}`,
    seen,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
