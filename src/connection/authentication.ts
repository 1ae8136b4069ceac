import { readFile } from 'node:fs/promises'
import type { AnyAuthMethod, AuthenticationType, BaseAgent, NextAuthHandler } from 'ssh2'
import { openAgent } from './agent.ts'
import { ssh2 } from './ssh-library.ts'
import type { SshOptions } from './ssh-options.ts'
import { hasOneAlgorithm } from './ssh-shortcuts.ts'

export interface LoginRequest {
  readonly options: SshOptions
  /** The key file that was set for this host; it is tried first, and being unreadable is an error. */
  readonly privateKeyFile?: string | undefined
  readonly password?: string | undefined
  readonly passphrase: ((file: string) => Promise<string | undefined>) | undefined
}

/** The ways to log in, tried one after another. */
export interface Login {
  /** For ssh2's `authHandler`. */
  next(left: AuthenticationType[] | null, partial: boolean | null, callback: NextAuthHandler): void
  /** What was tried, and what the server would take: for the error when nothing is left. */
  describe(): string
  readonly agent: BaseAgent | undefined
  /** Whether the first try depends on nothing that the server has yet to tell. */
  readonly early: boolean
}

interface Attempt {
  readonly method: AuthenticationType
  readonly name: string
  /** Undefined when it turns out that this way cannot be taken; `note` then says why. */
  make(): Promise<AnyAuthMethod | undefined>
}

/**
 * Prepares the login: the key set for the host, the password if there is one, the agent's keys, then the
 * identity files of ssh_config. Each is tried once.
 */
export async function prepareLogin({
  options,
  privateKeyFile,
  password,
  passphrase,
}: LoginRequest): Promise<Login> {
  const username = options.user
  const notes: string[] = []
  const tried: string[] = []
  let accepted: readonly string[] = []
  const agent = await openAgent(options)
  if (agent?.note !== undefined) notes.push(agent.note)

  const keyFile = (file: string): Attempt => ({
    method: 'publickey',
    name: file,
    make: async () => {
      const key = await readKey(file, { wanted: file === privateKeyFile, passphrase })
      if (typeof key === 'object') return { type: 'publickey', username, ...key }
      if (key !== undefined) notes.push(key)
      return undefined
    },
  })
  const attempts: Attempt[] = []
  let chosenKey: AnyAuthMethod | undefined
  if (privateKeyFile !== undefined) {
    // Read before the connection stands, so that the time a person takes over a passphrase is not the server's.
    chosenKey = await keyFile(privateKeyFile).make()
  }
  if (password !== undefined) {
    attempts.push({
      method: 'password',
      name: 'password',
      make: async () => ({ type: 'password', username, password }),
    })
    attempts.push(keyboard(username, password))
  }
  if (agent !== undefined && agent.count > 0) {
    const name = `${agent.count} of the agent's keys`
    attempts.push({
      method: 'publickey',
      name,
      make: async () => ({ type: 'agent', username, agent: agent.agent }),
    })
  }
  for (const file of options.identityFiles) {
    if (file !== privateKeyFile && !agent?.files.has(file)) attempts.push(keyFile(file))
  }

  async function choose(left: readonly AuthenticationType[]): Promise<AnyAuthMethod | undefined> {
    for (;;) {
      const index = attempts.findIndex(({ method }) => left.includes(method))
      const [attempt] = index === -1 ? [] : attempts.splice(index, 1)
      if (attempt === undefined) return undefined
      // A password that was wrong is not given a second time in another form.
      if (attempt.name === 'keyboard-interactive' && tried.includes('password')) continue
      const method = await attempt.make().catch((error: Error) => void notes.push(error.message))
      if (method === undefined) continue
      tried.push(attempt.name)
      return method
    }
  }

  return {
    agent: agent?.agent,
    early: chosenKey === undefined || hasOneAlgorithm(chosenKey as { key: Buffer; passphrase?: string }),
    next(left, _, callback) {
      accepted = left ?? []
      // The first question is what the server would take, unless a key was set for this host: then that goes at once.
      // A promise must not be returned: ssh2 takes it for a method.
      if (left === null && chosenKey !== undefined) {
        tried.push(privateKeyFile ?? '')
        callback(chosenKey)
      } else if (left === null) callback({ type: 'none', username })
      else void choose(left).then((method) => callback(method ?? (false as never)))
    },
    describe() {
      const parts = [
        tried.length === 0 ? 'there was nothing to try' : `tried: ${tried.join(', ')}`,
        `the server takes: ${accepted.join(', ') || 'nothing'}`,
        ...notes,
      ]
      return parts.join('; ')
    },
  }
}

// Answers what is asked without an echo, once.
function keyboard(username: string, password: string): Attempt {
  const method: AnyAuthMethod = {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map(({ echo }) => (echo ? '' : password))),
  }
  return { method: 'keyboard-interactive', name: 'keyboard-interactive', make: async () => method }
}

/** A key with its passphrase; a text that says why it cannot be used; or undefined where there is no file. */
async function readKey(
  file: string,
  { wanted, passphrase }: { wanted: boolean; passphrase: LoginRequest['passphrase'] },
): Promise<{ key: Buffer; passphrase?: string } | string | undefined> {
  let key: Buffer
  try {
    key = await readFile(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' && !wanted ? undefined : `${file} cannot be read: ${message}`
  }
  const parsed = ssh2().utils.parseKey(key)
  if (!(parsed instanceof Error)) return { key }
  if (!/encrypted|passphrase/i.test(parsed.message)) {
    return `${file} is no key for this connection (${parsed.message}); keys on hardware (sk) and certificates need ansible_connection: openssh`
  }
  const secret = await passphrase?.(file)
  if (secret === undefined) return `${file} has a passphrase; add it to an agent with ssh-add`
  if (ssh2().utils.parseKey(key, secret) instanceof Error) return `the passphrase of ${file} is wrong`
  return { key, passphrase: secret }
}
