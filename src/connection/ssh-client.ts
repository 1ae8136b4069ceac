import { UnreachableError } from '../core/errors.ts'
import { type Login, prepareLogin } from './authentication.ts'
import { type HostKeyCheck, prepareHostKeys } from './host-keys.ts'
import { overhearOffer } from './server-offer.ts'
import { effectiveOptions } from './ssh-config.ts'
import { HUNG_UP, unreachable } from './ssh-failure.ts'
import { nodeSsh } from './ssh-library.ts'
import type { SshOptions } from './ssh-options.ts'
import { openSocket } from './ssh-route.ts'
import type { DialTarget, SshClient, SshRun } from './ssh-run.ts'
import { shortenLogin } from './ssh-shortcuts.ts'
import type { SshSocket } from './ssh-socket.ts'

// SHA-1 is left out of all of them. AES-GCM comes first, being the fastest in Node's OpenSSL.
const ALGORITHMS = {
  kex: [
    ...(['curve25519-sha256', 'curve25519-sha256@libssh.org'] as const),
    ...(['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'] as const),
    ...(['diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512'] as const),
    ...(['diffie-hellman-group-exchange-sha256', 'diffie-hellman-group14-sha256'] as const),
  ],
  cipher: [
    ...(['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com'] as const),
    ...(['aes128-ctr', 'aes192-ctr', 'aes256-ctr'] as const),
  ],
  hmac: [
    ...(['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'] as const),
    ...(['hmac-sha2-256', 'hmac-sha2-512'] as const),
  ],
  compress: ['none' as const],
}

/** Milliseconds that a server has to take leave. */
const CLOSING = 2000
/** How often a server that hangs up before it has said anything is tried: sshd's MaxStartups drops at random. */
const ATTEMPTS = 6

/**
 * Connects and logs in, by way of jump hosts where the configuration has them.
 * @throws {UnreachableError}
 */
export async function dial(target: DialTarget, run: SshRun): Promise<SshClient> {
  const asked = effectiveOptions(target, run.hooks.warn)
  // The library takes as long to load as ssh takes to answer.
  nodeSsh()
  const options = await asked
  const named = target.host === options.hostName ? 'port' : `${options.hostName} port`
  const where = `${target.host} (${named} ${options.port}, user ${options.user})`
  const deadline = Date.now() + target.connectTimeout * 1000
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await dialOnce(target, { options, where, run })
    } catch (error) {
      const wait = 100 * 2 ** attempt * (0.5 + Math.random())
      if (run.hooks.signal?.aborted || !hungUp(error) || attempt === ATTEMPTS || Date.now() + wait > deadline)
        throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

function hungUp(error: unknown): boolean {
  return error instanceof UnreachableError && HUNG_UP.test(error.message)
}

async function dialOnce(
  target: DialTarget,
  { options, where, run }: { options: SshOptions; where: string; run: SshRun },
): Promise<SshClient> {
  const check = await prepareHostKeys({ ...target, where, options })
  const login = await prepareLogin({ ...target, options, passphrase: run.hooks.passphrase })
  let socket: SshSocket
  try {
    socket = await openSocket(options, target, run, dial)
  } catch (error) {
    throw unreachable(where, error)
  }
  try {
    const client = await logIn(socket, { options, where, check, login, seconds: target.connectTimeout })
    await check.remember()
    return client
  } catch (error) {
    socket.release()
    throw error
  }
}

interface LogIn {
  readonly options: SshOptions
  readonly where: string
  readonly check: HostKeyCheck
  readonly login: Login
  readonly seconds: number
}

async function logIn(
  socket: SshSocket,
  { options, where, check, login, seconds }: LogIn,
): Promise<SshClient> {
  const { NodeSSH } = nodeSsh()
  const ssh = new NodeSSH()
  const connecting = ssh.connect({
    sock: socket.stream as never,
    username: options.user,
    readyTimeout: seconds * 1000,
    keepaliveInterval: options.serverAliveInterval * 1000,
    keepaliveCountMax: options.serverAliveCountMax,
    algorithms: { ...ALGORITHMS, serverHostKey: [...check.algorithms] as never },
    hostVerifier: (key: Buffer) => check.accept(key),
    authHandler: login.next as never,
    ...(options.forwardAgent && login.agent !== undefined ? { agent: login.agent, agentForward: true } : {}),
  })
  const client = ssh.connection
  if (client === null) throw new Error('node-ssh made no client')
  shortenLogin(client, login.early)
  let last = 'the connection was closed'
  let alive = true
  // For good: an error event without a listener ends the whole process.
  client.on('error', (error) => {
    last = error.message
  })
  const gone = new Promise<string>((resolve) => {
    client.once('close', () => {
      alive = false
      socket.release()
      resolve(last)
    })
  })
  const offer = overhearOffer(socket.stream)
  try {
    await connecting
  } catch (error) {
    client.destroy()
    if (check.refusal !== undefined) throw check.refusal
    if (/authentication methods failed/.test((error as Error).message)) throw refusedLogin(where, login)
    throw unreachable(where, error, offer())
  }
  return {
    client,
    where,
    gone,
    get alive() {
      return alive
    },
    close() {
      client.end()
      // A server that went away does not say so.
      const timer = setTimeout(() => client.destroy(), CLOSING)
      void gone.then(() => clearTimeout(timer))
    },
  }
}

function refusedLogin(where: string, login: Login): UnreachableError {
  return new UnreachableError(`${where}: the login was refused (${login.describe()})`, {
    hint: 'Is the user right (ansible_user), is the key in its authorized_keys (ansible_ssh_private_key_file), or is there to be a password (ansible_password, --ask-pass)?',
  })
}
