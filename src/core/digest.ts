import { createHash } from 'node:crypto'
import { type Script, sh } from './quote.ts'

/** The SHA-1 in hexadecimal: what Ansible's results call `checksum`. */
export function sha1(content: string | Buffer): string {
  return createHash('sha1').update(content).digest('hex')
}

/** A command that hashes its stdin: the tools of coreutils and busybox, or OpenSSL. The hash is its first word. */
export function digestCommand(algorithm: string): Script {
  const tool = `${algorithm}sum`
  return sh`if command -v ${tool} >/dev/null 2>&1; then ${tool}; else openssl dgst -r ${`-${algorithm}`}; fi`
}
