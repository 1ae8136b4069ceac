import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { VaultError } from './errors.ts'

/** What is stored of an encrypted text: nothing in it is secret. */
export interface Sealed {
  readonly salt: Buffer
  /** HMAC-SHA256 over the ciphertext. */
  readonly mac: Buffer
  readonly ciphertext: Buffer
}

const ROUNDS = 10_000
const BLOCK = 16

/**
 * Encrypts as Ansible Vault's AES256 does: PBKDF2-SHA256 over password and salt gives the key, the key of the
 * HMAC and the first counter; the text is padded as PKCS #7 says and encrypted with AES-256-CTR
 * (Ansible docs: 'Ansible Vault payload format 1.1 - 1.2').
 * @param salt random, 32 bytes; the same salt and password give the same result
 */
export function encrypt(plain: Buffer, password: Buffer, salt: Buffer): Sealed {
  const { key, macKey, counter } = derive(password, salt)
  const cipher = createCipheriv('aes-256-ctr', key, counter)
  const missing = BLOCK - (plain.length % BLOCK)
  const ciphertext = Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(missing, missing)])),
    cipher.final(),
  ])
  return { salt, mac: macOf(ciphertext, macKey), ciphertext }
}

/**
 * Decrypts what `encrypt` or Ansible made; nothing is decrypted before its HMAC has been checked.
 * @returns the text, or undefined when the password is not the one it was encrypted with
 * @throws {VaultError} when the HMAC fits and the padding does not
 */
export function decrypt({ salt, mac, ciphertext }: Sealed, password: Buffer): Buffer | undefined {
  const { key, macKey, counter } = derive(password, salt)
  const expected = macOf(ciphertext, macKey)
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined
  const decipher = createDecipheriv('aes-256-ctr', key, counter)
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()])
  const padding = padded.at(-1) ?? 0
  const body = padded.subarray(0, padded.length - padding)
  const isPadded = padding > 0 && padding <= BLOCK && padding <= padded.length
  if (isPadded && padded.subarray(body.length).every((byte) => byte === padding)) return body
  throw new VaultError('its text is damaged: the padding is wrong')
}

function derive(password: Buffer, salt: Buffer) {
  const bytes = pbkdf2Sync(password, salt, ROUNDS, 32 + 32 + BLOCK, 'sha256')
  return { key: bytes.subarray(0, 32), macKey: bytes.subarray(32, 64), counter: bytes.subarray(64) }
}

function macOf(ciphertext: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(ciphertext).digest()
}
