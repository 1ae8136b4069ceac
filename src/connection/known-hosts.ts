import { createHash, createHmac, randomBytes } from 'node:crypto'

/** A host's public key: its type and the blob that the protocol carries (RFC 4253, 6.6). */
export interface HostKey {
  readonly type: string
  readonly base64: string
}

/** One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHost {
  readonly marker: '@revoked' | '@cert-authority' | undefined
  readonly patterns: string
  readonly key: HostKey
  readonly file: string
  readonly line: number
}

/** What the known hosts say of a key that a host has shown. */
export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown'; readonly authority: KnownHost | undefined }
  | { readonly kind: 'changed' | 'revoked'; readonly entries: readonly KnownHost[] }

/** Reads the key out of the protocol's blob. */
export function readHostKey(blob: Buffer): HostKey {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  return { type: blob.toString('latin1', 4, 4 + length), base64: blob.toString('base64') }
}

/**
 * Reads a key as an inventory or a `.pub` file has it: `ssh-ed25519 AAAA… comment`, or the base64 alone.
 * Undefined when it is none.
 */
export function parseHostKey(text: string): HostKey | undefined {
  const base64 = text
    .trim()
    .split(/\s+/)
    .find((word) => word.startsWith('AAAA'))
  if (base64 === undefined) return undefined
  const key = readHostKey(Buffer.from(base64, 'base64'))
  return key.type === '' ? undefined : key
}

/** The fingerprint as ssh-keygen -l prints it. */
export function fingerprint({ base64 }: HostKey): string {
  const hash = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64')
  return `SHA256:${hash.replace(/=+$/, '')}`
}

/** Reads a known_hosts file; lines that are none are passed over, as ssh does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((content, index) => {
    const words = content.trim().split(/\s+/)
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined
    const [patterns = '', type, base64] = words
    if (patterns === '' || patterns.startsWith('#') || type === undefined || base64 === undefined) return []
    if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') return []
    return [{ marker, patterns, file, line: index + 1, key: { type, base64 } }]
  })
}

/** The name under which a host stands in known_hosts: `[host]:port` unless the port is 22. */
export function knownName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** A name as `HashKnownHosts` writes it: `|1|salt|HMAC-SHA1(salt, name)`. */
export function hashName(name: string, salt: Buffer = randomBytes(20)): string {
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

/** Whether an entry's patterns mean this name: hashed, or a list with `*`, `?` and `!`. */
export function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith('|')) {
    const [, , salt = ''] = patterns.split('|')
    return hashName(name, Buffer.from(salt, 'base64')) === patterns
  }
  let found = false
  for (const pattern of patterns.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!')
    if (!glob(negated ? pattern.slice(1) : pattern, name)) continue
    if (negated) return false
    found = true
  }
  return found
}

function glob(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^$()|[\]{}\\]/g, (special) => `\\${special}`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(name)
}

/**
 * Judges a key. A host that is known only by keys of other types counts as changed, since we ask for the types
 * that are known first: whoever shows another one does not have them.
 * @param names names of the host, the most exact first; under the further ones a key can be found, but not missed
 */
export function judge(entries: readonly KnownHost[], names: readonly string[], key: HostKey): Verdict {
  const own = entries.filter(({ patterns }) => names.some((name) => matches(patterns, name)))
  const same = own.filter((entry) => entry.key.base64 === key.base64)
  const revoked = same.filter(({ marker }) => marker === '@revoked')
  if (revoked.length > 0) return { kind: 'revoked', entries: revoked }
  if (same.some(({ marker }) => marker === undefined)) return { kind: 'known' }
  const other = entries.filter(
    ({ marker, patterns }) => marker === undefined && matches(patterns, names[0] ?? ''),
  )
  if (other.length > 0) return { kind: 'changed', entries: other }
  return { kind: 'unknown', authority: own.find(({ marker }) => marker === '@cert-authority') }
}
