import { UnreachableError } from '../core/errors.ts'
import type { HostKey, KnownHost } from '../core/known-hosts.ts'
import { fingerprint, type Verdict } from './known-hosts.ts'

/**
 * The error for a key that is not accepted, with what to do about it; undefined for one that is.
 * @param file where a key would be added
 */
export function refuse(
  verdict: Verdict,
  key: HostKey,
  { where, name, file = '~/.ssh/known_hosts' }: { where: string; name: string; file: string | undefined },
): UnreachableError | undefined {
  const shown = `${key.type} ${fingerprint(key)}`
  switch (verdict.kind) {
    case 'known':
      return undefined
    case 'unknown':
      if (verdict.authority !== undefined) {
        const { authority } = verdict
        return new UnreachableError(
          `${where}: the host is to show a certificate (@cert-authority, ${authority.file}:${authority.line}), and showed the key ${shown}`,
          {
            hint: 'Certificates are checked by OpenSSH only: set ansible_connection: openssh.',
          },
        )
      }
      return new UnreachableError(`${where}: the host key is not known: ${shown}`, {
        hint: [
          'Compare it with what the host itself says (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then trust it:',
          `  echo '${name} ${key.type} ${key.base64}' >> ${file}`,
          `or in the inventory, for this host: ${inventoryLine(key)}`,
        ].join('\n'),
      })
    case 'revoked':
      return new UnreachableError(
        `${where}: the host key is revoked: ${shown} (${places(verdict.entries)})`,
        {
          hint: 'Do not connect. The key may be in the hands of somebody else.',
        },
      )
    case 'changed':
      return new UnreachableError(
        `${where}: THE HOST KEY HAS CHANGED. Expected ${expected(verdict.entries)}; the host showed ${shown}`,
        {
          hint: [
            'Somebody may be between you and the host, or the host was set up anew. When you are sure that it is the latter:',
            verdict.entries.some(({ line }) => line === 0)
              ? `  correct the inventory: ${inventoryLine(key)}`
              : `  ssh-keygen -R '${name}' -f ${verdict.entries[0]?.file}`,
          ].join('\n'),
        },
      )
  }
}

function inventoryLine({ type, base64 }: HostKey): string {
  const algorithm = type.startsWith('ecdsa') ? 'ecdsa' : type.replace('ssh-', '')
  return `ansible_ssh_host_key_${algorithm}_public: ${type} ${base64}`
}

function places(entries: readonly KnownHost[]): string {
  return entries.map(({ file, line }) => (line === 0 ? file : `${file}:${line}`)).join(', ')
}

function expected(entries: readonly KnownHost[]): string {
  return entries
    .map((entry) => `${entry.key.type} ${fingerprint(entry.key)} (${places([entry])})`)
    .join(' or ')
}
