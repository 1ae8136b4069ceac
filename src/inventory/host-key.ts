/** The host variable with a host's public key: the name of Ansible's fact of the same content. */
export const HOST_KEY_VARIABLE = 'ansible_ssh_host_key_ed25519_public'

const TYPE = 'ssh-ed25519'
/** The blob starts with its type, length first (RFC 8709, section 4). */
const PREFIX = Buffer.concat([Buffer.from([0, 0, 0, TYPE.length]), Buffer.from(TYPE)])
const BLOB_LENGTH = PREFIX.length + 4 + 32

/**
 * The line of a known_hosts file for a host (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
 * @param key `ssh-ed25519 AAAA… comment`, or the base64 alone
 * @throws RangeError when it is not an Ed25519 public key
 */
export function knownHostsLine(host: string, port: number, key: string): string {
  const words = key.trim().split(/\s+/)
  const base64 = words[0] === TYPE ? words[1] : words[0]
  const blob = Buffer.from(base64 ?? '', 'base64')
  if (blob.length !== BLOB_LENGTH || !blob.subarray(0, PREFIX.length).equals(PREFIX)) {
    throw new RangeError(
      `'${key.trim().slice(0, 40)}' is not an Ed25519 public key; write 'ssh-ed25519 AAAA…'`,
    )
  }
  const name = port === 22 ? host : `[${host}]:${port}`
  return `${name} ${TYPE} ${blob.toString('base64')}\n`
}
