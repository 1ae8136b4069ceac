import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { must } from './run.ts'

/** An OpenSSH key pair as text. */
export interface KeyPair {
  readonly privateKey: string
  /** `type base64`, without a comment. */
  readonly publicKey: string
}

async function generate(file: string, type: readonly string[]): Promise<KeyPair> {
  await must(['ssh-keygen', '-q', '-N', '', '-C', 'playscript-lab', '-f', file, '-t', ...type])
  const [kind, body] = readFileSync(`${file}.pub`, 'utf8').split(' ')
  return { privateKey: readFileSync(file, 'utf8'), publicKey: `${kind} ${body}` }
}

/** The users' key, left in `file` and `file.pub`: ECDSA P-384, as the post's stack makes it. */
export const generateUserKey = (file: string): Promise<KeyPair> => generate(file, ['ecdsa', '-b', '384'])

/** A host key; nothing stays in `dir`. */
export async function generateHostKey(dir: string, name: string): Promise<KeyPair> {
  const file = join(dir, `${name}.hostkey`)
  try {
    return await generate(file, ['ed25519'])
  } finally {
    rmSync(file, { force: true })
    rmSync(`${file}.pub`, { force: true })
  }
}
