import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnreachableError } from '../core/errors.ts'
import type { ConnectionSettings } from '../core/remote.ts'
import { shellWords } from '../core/shell-words.ts'
import type { Link } from './channel.ts'
import { childChannel } from './child-channel.ts'
import type { ConnectionHooks } from './hooks.ts'
import { parseHostKey } from './known-hosts.ts'
import { remoteCommand } from './remote-command.ts'
import { runSsh } from './ssh-config.ts'
import { persistence } from './ssh-persist.ts'

/** What ssh(1) itself says on stderr when there is no connection (any more); it then exits with 255. */
const LOST =
  /^(ssh: |ssh_exchange|kex_exchange|Connection (to|reset|closed|timed)|client_loop:|packet_write|Timeout, server|Received disconnect|Disconnected from|Host key verification failed|.*: Permission denied|Unable to negotiate|Bad |command-line|Too many authentication).*/gm

const HINTS: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  {
    pattern: /Host key verification failed/,
    hint: 'Compare the fingerprint (ssh-keyscan HOST | ssh-keygen -lf -), then add the key to known_hosts or to the inventory.',
  },
  {
    pattern: /Permission denied/,
    hint: 'ssh runs without prompts: passwords and passphrases must come from an agent. For a password use ansible_connection: ssh.',
  },
]

/**
 * The system's ssh program as the way to a host: for certificates, keys on hardware, GSSAPI and the newest key
 * exchanges. Each channel is one `ssh` process; a ControlMaster of the user's is used where there is one, and with
 * `ControlPersist` among the host's arguments one of ours stays, and spares later runs the login.
 * @throws {UnreachableError} when the settings ask for what it cannot do
 */
export async function opensshLink(settings: ConnectionSettings, hooks: ConnectionHooks): Promise<Link> {
  const { address, port, user, host } = settings
  const where = `${host} (${address === host ? 'openssh' : `openssh to ${address}`}${port === undefined ? '' : ` port ${port}`}${user === undefined ? '' : `, user ${user}`})`
  if (address.startsWith('-') || user?.startsWith('-')) {
    throw new UnreachableError(`${where}: an address or user cannot begin with a dash`)
  }
  if (settings.password !== undefined) {
    hooks.warn(`${where}: ansible_password is not used, since ssh asks for passwords on a terminal only`)
  }
  const trusted = await trustFile(settings, where)
  const persists = await persistence(settings.sshArgs)
  const argv = [...arguments_(settings, trusted?.file, persists), '--', address]
  return {
    where,
    async open(script) {
      return childChannel('ssh', [...argv, remoteCommand(settings.shellExecutable, script)], { where, lost })
    },
    async close({ reset = false } = {}) {
      if (reset && persists !== undefined) await runSsh(['-O', 'exit', ...argv])
      if (trusted !== undefined) await rm(trusted.folder, { recursive: true, force: true })
    },
  }
}

// For ssh the first value of an option wins, so what the user has set comes before what we would like.
function arguments_(
  settings: ConnectionSettings,
  trusted: string | undefined,
  persists: readonly string[] | undefined,
): string[] {
  const { port, user, privateKeyFile, connectTimeout } = settings
  const option = (name: string, value: string | number): string[] => ['-o', `${name}=${value}`]
  return [
    '-T',
    ...option('BatchMode', 'yes'),
    ...hostKeyOptions(settings, trusted).flatMap(([name, value]) => option(name, value)),
    ...(port === undefined ? [] : option('Port', port)),
    ...(user === undefined ? [] : option('User', user)),
    ...(privateKeyFile === undefined ? [] : option('IdentityFile', `"${privateKeyFile}"`)),
    ...shellWords(settings.sshArgs ?? ''),
    ...option('ConnectTimeout', Math.ceil(connectTimeout)),
    ...option('ServerAliveInterval', 15),
    ...option('ServerAliveCountMax', 3),
    ...(persists ?? option('ControlMaster', 'no')),
    ...option('EscapeChar', 'none'),
  ]
}

function hostKeyOptions(settings: ConnectionSettings, trusted: string | undefined): [string, string][] {
  if (settings.hostKeyChecking === false) {
    return [
      ['StrictHostKeyChecking', 'no'],
      ['UserKnownHostsFile', '/dev/null'],
      ['GlobalKnownHostsFile', '/dev/null'],
      ['LogLevel', 'ERROR'],
    ]
  }
  if (trusted === undefined) return []
  return [
    ['StrictHostKeyChecking', 'yes'],
    ['UserKnownHostsFile', trusted],
    ['GlobalKnownHostsFile', '/dev/null'],
  ]
}

/** The keys that the inventory vouches for, as a known_hosts file that is valid for this host only. */
async function trustFile(
  { hostKeys, hostKeyChecking }: ConnectionSettings,
  where: string,
): Promise<{ folder: string; file: string } | undefined> {
  if (hostKeys.length === 0 || hostKeyChecking === false) return undefined
  const lines = hostKeys.map((text) => {
    const key = parseHostKey(text)
    if (key === undefined)
      throw new UnreachableError(`${where}: the inventory's host key is none: ${text.slice(0, 60)}`)
    return `* ${key.type} ${key.base64}\n`
  })
  const folder = await mkdtemp(join(tmpdir(), 'playscript-'))
  const file = join(folder, 'known_hosts')
  await writeFile(file, lines.join(''), { mode: 0o600 })
  return { folder, file }
}

// ssh gives 255 for its own failures, and for a remote shell that was killed: only what it says tells them apart.
function lost(code: number | undefined, stderr: string): string | undefined {
  if (code !== 255) return undefined
  const said = stderr.match(LOST)?.join('; ')
  if (said === undefined) return undefined
  const hint = HINTS.find(({ pattern }) => pattern.test(said))?.hint
  return hint === undefined ? said : `${said}. ${hint}`
}
