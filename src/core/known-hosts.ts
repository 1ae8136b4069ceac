import { createHmac, randomBytes } from 'node:crypto'

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
