import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UnreachableError } from '../core/errors.ts'
import { type HostKey, hashName, type KnownHost, matches, parseKnownHosts } from '../core/known-hosts.ts'
import { refuse } from './host-key-refusal.ts'
import { judge, knownName, parseHostKey, readHostKey } from './known-hosts.ts'
import type { SshOptions } from './ssh-options.ts'

/** Decides whether a host is the one it should be. */
export interface HostKeyCheck {
  /** Host key algorithms to ask for, those whose keys are known first. */
  readonly algorithms: readonly string[]
  /** True when the key is accepted; otherwise `refusal` says why not. */
  accept(blob: Buffer): boolean
  readonly refusal: UnreachableError | undefined
  /** Writes a key that was accepted as new to the user's known_hosts. */
  remember(): Promise<void>
}

export interface HostKeyRequest {
  readonly where: string
  readonly options: SshOptions
  /** Keys the inventory vouches for; when there are any, only they are accepted. */
  readonly hostKeys: readonly string[]
  readonly hostKeyChecking?: boolean | undefined
}

// No ssh-rsa: that is RSA with SHA-1, which OpenSSH dropped in 8.8.
const ALGORITHMS = [
  { type: 'ssh-ed25519', algorithms: ['ssh-ed25519'] },
  { type: 'ecdsa-sha2-nistp256', algorithms: ['ecdsa-sha2-nistp256'] },
  { type: 'ecdsa-sha2-nistp384', algorithms: ['ecdsa-sha2-nistp384'] },
  { type: 'ecdsa-sha2-nistp521', algorithms: ['ecdsa-sha2-nistp521'] },
  { type: 'ssh-rsa', algorithms: ['rsa-sha2-512', 'rsa-sha2-256'] },
]

/**
 * Prepares the check of a host's key: reads what is known of the host.
 * @throws {UnreachableError} when a key of the inventory cannot be read
 */
export async function prepareHostKeys(request: HostKeyRequest): Promise<HostKeyCheck> {
  const { options, where } = request
  const names = namesOf(options)
  const vouched = request.hostKeys.map((text) => {
    const key = parseHostKey(text)
    if (key !== undefined) return key
    throw new UnreachableError(
      `${where}: the inventory's host key is none: ${JSON.stringify(text.slice(0, 60))}`,
      {
        hint: 'Write it as in /etc/ssh/ssh_host_ed25519_key.pub: ssh-ed25519 AAAA…',
      },
    )
  })
  const candidates = vouched.length > 0 ? vouched.map(asEntry(names[0] ?? '')) : await readEntries(options)
  const entries = candidates.filter(({ patterns }) => names.some((name) => matches(patterns, name)))
  const known = new Set(entries.filter(({ marker }) => marker === undefined).map(({ key }) => key.type))
  const first = ALGORITHMS.filter(({ type }) => known.has(type))
  const rest = ALGORITHMS.filter(({ type }) => !known.has(type))
  let refusal: UnreachableError | undefined
  let accepted: HostKey | undefined

  return {
    algorithms: [...first, ...rest].flatMap(({ algorithms }) => algorithms),
    accept(blob) {
      if (request.hostKeyChecking === false) return true
      const key = readHostKey(blob)
      const verdict = judge(entries, names, key)
      const lenient = vouched.length === 0 && options.strictHostKeyChecking !== 'yes'
      if (verdict.kind === 'unknown' && lenient) accepted = key
      else
        refusal = refuse(verdict, key, { where, name: names[0] ?? '', file: options.userKnownHostsFiles[0] })
      return refusal === undefined
    },
    get refusal() {
      return refusal
    },
    async remember() {
      if (accepted !== undefined) await append(options, names[0] ?? '', accepted)
      accepted = undefined
    },
  }
}

// Like ssh, a key may also stand under the host's name without its port.
function namesOf({ hostName, hostKeyAlias, port }: SshOptions): string[] {
  if (hostKeyAlias !== undefined) return [hostKeyAlias.toLowerCase()]
  return port === 22 ? [knownName(hostName, 22)] : [knownName(hostName, port), knownName(hostName, 22)]
}

function asEntry(name: string): (key: HostKey) => KnownHost {
  return (key) => ({ marker: undefined, patterns: name, key, file: 'the inventory', line: 0 })
}

async function readEntries(options: SshOptions): Promise<KnownHost[]> {
  const files = [...options.userKnownHostsFiles, ...options.globalKnownHostsFiles]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return texts.flatMap((text, index) => parseKnownHosts(text, files[index] ?? ''))
}

async function append(options: SshOptions, name: string, key: HostKey): Promise<void> {
  const file = options.userKnownHostsFiles[0]
  if (file === undefined || file === '/dev/null') return
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const text = await readFile(file, 'utf8').catch(() => '')
  const line = `${options.hashKnownHosts ? hashName(name) : name} ${key.type} ${key.base64}\n`
  await appendFile(file, text === '' || text.endsWith('\n') ? line : `\n${line}`, { mode: 0o600 })
}
