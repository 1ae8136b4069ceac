import { UnreachableError } from '../core/errors.ts'
import type { ServerOffer } from './server-offer.ts'

interface Explanation {
  readonly pattern: RegExp
  readonly hint: string
  /** Which of the server's lists goes with it. */
  readonly offer?: keyof ServerOffer
}

/** How ssh2 and Node call a server that hangs up before it has said anything. */
export const HUNG_UP = /before handshake|No response from server|ECONNRESET/

const OPENSSH = 'Set ansible_connection: openssh, which leaves this to the ssh program.'

const EXPLANATIONS: readonly Explanation[] = [
  { pattern: /no matching key exchange/, offer: 'keyExchange', hint: OPENSSH },
  { pattern: /no matching host key/, offer: 'hostKey', hint: OPENSSH },
  { pattern: /no matching .*cipher/, offer: 'cipher', hint: OPENSSH },
  { pattern: /no matching .*MAC/i, offer: 'mac', hint: OPENSSH },
  { pattern: /Bad packet length/, hint: `The server's banner may be too long. ${OPENSSH}` },
  {
    pattern: /ECONNREFUSED/,
    hint: 'Nothing listens there: is sshd running, and is ansible_port right?',
  },
  {
    pattern: /EMFILE|EAGAIN/,
    hint: 'This machine has no file descriptors or processes left: lower --forks, or raise `ulimit -n`.',
  },
  { pattern: /ENOTFOUND|EAI_AGAIN/, hint: 'The name does not resolve: set ansible_host to an address.' },
  { pattern: /EHOSTUNREACH|ENETUNREACH/, hint: 'There is no route to it: is a ProxyJump missing?' },
  {
    pattern: /Timed out|ETIMEDOUT|within/,
    hint: 'Nothing answered: is the address right, is a firewall between, is ansible_timeout long enough?',
  },
  {
    pattern: HUNG_UP,
    hint: 'The server hung up: its MaxStartups may be used up (lower --forks), or a firewall or fail2ban may block you.',
  },
]

/** The error for a connection that could not be made: where, what happened, what the server offers, what to do. */
export function unreachable(where: string, cause: unknown, offer?: ServerOffer): UnreachableError {
  const error = cause instanceof Error ? cause : new Error(String(cause))
  if (error instanceof UnreachableError) return error
  // A host with several addresses fails once for each (AggregateError), without a message of its own.
  const inner = error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message
  const message = inner || String((error as NodeJS.ErrnoException).code)
  const found = EXPLANATIONS.find(({ pattern }) => pattern.test(message))
  const list = found?.offer === undefined ? undefined : offer?.[found.offer]
  const offered = list === undefined ? '' : `; the server offers only: ${list}`
  return new UnreachableError(`${where}: ${message}${offered}`, {
    cause,
    ...(found === undefined ? {} : { hint: found.hint }),
  })
}
