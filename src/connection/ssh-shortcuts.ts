import type { Client, ParsedKey } from 'ssh2'
import { ssh2 } from './ssh-library.ts'

/** The parts of ssh2's protocol object that are used here: they are its own affair, so each is looked for first. */
interface Protocol {
  authPK?: (user: string, key: ParsedKey, algorithm?: string, sign?: Sign) => void
  service?: (name: string) => void
  _handlers?: { SERVICE_ACCEPT?: (protocol: Protocol, name: string) => void }
}

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void

const USERAUTH = 'ssh-userauth'

/** RSA keys sign with the hash that their algorithm names; the others have no choice. */
const HASHES: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' }

/**
 * Spares a login two round trips that the protocol does not ask for (RFC 4253, 10; RFC 4252, 7): ssh2 waits for the
 * server to accept the service before it logs in, and asks whether a key would do before it signs with it. At 100 ms
 * they are a fifth of a second. With an ssh2 that is built otherwise, the login is as ssh2 makes it.
 * @param early whether the first login may go out before the server has told its signature algorithms
 */
export function shortenLogin(client: Client, early: boolean): void {
  const protocol = (client as unknown as { readonly _protocol?: Protocol })._protocol
  if (protocol === undefined) return
  signAtOnce(protocol)
  if (early) logInAtOnce(protocol)
}

function signAtOnce(protocol: Protocol): void {
  const ask = protocol.authPK
  if (typeof ask !== 'function') return
  protocol.authPK = (user, key, algorithm, sign) => {
    // The agent's keys are public ones: each signature may ask a person, so the server is asked first.
    const own = sign === undefined && typeof key?.isPrivateKey === 'function' && key.isPrivateKey()
    const signNow: Sign = (data, done) => {
      const signature = key.sign(data, HASHES[algorithm ?? ''])
      if (signature instanceof Error) ask.call(protocol, user, key, algorithm)
      else done(signature)
    }
    ask.call(protocol, user, key, algorithm, own ? signNow : sign)
  }
}

function logInAtOnce(protocol: Protocol): void {
  const request = protocol.service
  const handlers = protocol._handlers
  const accepted = handlers?.SERVICE_ACCEPT
  if (typeof request !== 'function' || handlers === undefined || typeof accepted !== 'function') return
  protocol.service = (name) => {
    request.call(protocol, name)
    if (name !== USERAUTH) return
    handlers.SERVICE_ACCEPT = () => {}
    accepted(protocol, name)
  }
}

/** Whether a key has one algorithm only, so that nothing the server says of algorithms matters. */
export function hasOneAlgorithm({ key, passphrase }: { key: Buffer; passphrase?: string }): boolean {
  const parsed = ssh2().utils.parseKey(key, passphrase)
  const [first] = Array.isArray(parsed) ? parsed : [parsed]
  return first !== undefined && !(first instanceof Error) && first.type !== 'ssh-rsa'
}
