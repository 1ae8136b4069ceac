import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { UnreachableError } from '../core/errors.ts'

/** One hop of a `ProxyJump`. */
export interface Hop {
  readonly address: string
  readonly user: string | undefined
  readonly port: number | undefined
}

/**
 * Reads one hop: `[user@]host[:port]` or `ssh://[user@]host[:port]`, IPv6 addresses in brackets.
 * @throws {UnreachableError} when it is none
 */
export function parseHop(text: string): Hop {
  const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:[\]]+)(?::(\d+))?\/?$/.exec(text.trim())
  const [, user, host = '', port] = match ?? []
  if (host === '') throw new UnreachableError(`ProxyJump: ${JSON.stringify(text)} is no [user@]host[:port]`)
  return {
    user,
    address: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? undefined : Number(port),
  }
}

/** A stream from a jump host to a server (RFC 4254, 7.2). */
export function forward(client: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
      if (error) return reject(new Error(`the jump host cannot reach ${host}:${port}: ${error.message}`))
      resolve(stream)
    })
  })
}
