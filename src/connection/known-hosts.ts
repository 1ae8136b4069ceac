import { createHash } from 'node:crypto'
import { type HostKey, type KnownHost, matches } from '../core/known-hosts.ts'

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

/** The name under which a host stands in known_hosts: `[host]:port` unless the port is 22. */
export function knownName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
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
