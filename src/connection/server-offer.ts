import type { Duplex } from 'node:stream'

/** What a server offers, by the name of the list (RFC 4253, 7.1). */
export interface ServerOffer {
  readonly keyExchange: string
  readonly hostKey: string
  readonly cipher: string
  readonly mac: string
}

const KEXINIT = 20
/** Far more than any server's first message takes. */
const ENOUGH = 64 * 1024

/**
 * Listens for the server's first message, which is not encrypted, so that a failed negotiation can be explained.
 * Gives a function that tells what was offered, as far as it has come.
 */
export function overhearOffer(stream: Duplex): () => ServerOffer | undefined {
  let heard = Buffer.alloc(0)
  const listen = (chunk: Buffer): void => {
    heard = Buffer.concat([heard, chunk])
    if (heard.length > ENOUGH || readOffer(heard) !== undefined) stream.off('data', listen)
  }
  stream.on('data', listen)
  return () => readOffer(heard)
}

function readOffer(bytes: Buffer): ServerOffer | undefined {
  const identification = /^(?:(?!SSH-).*\r?\n)*SSH-.*\r?\n/.exec(bytes.toString('latin1'))?.[0]
  const packet = identification === undefined ? undefined : bytes.subarray(identification.length)
  // Length (4), padding length (1), message (1), cookie (16), then the lists.
  if (packet === undefined || packet.length < 26 || packet[5] !== KEXINIT) return undefined
  if (packet.length < packet.readUInt32BE(0)) return undefined
  const lists: string[] = []
  for (let at = 22; lists.length < 6 && at + 4 <= packet.length; ) {
    const length = packet.readUInt32BE(at)
    lists.push(packet.toString('latin1', at + 4, at + 4 + length))
    at += 4 + length
  }
  const [keyExchange = '', hostKey = '', , cipher = '', , mac = ''] = lists
  return { keyExchange, hostKey, cipher, mac }
}
