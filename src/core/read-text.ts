import { readFile } from 'node:fs/promises'
import { InventoryError, messageOf } from './errors.ts'

/** Decrypts a vault text found in `file`; given by whoever holds the passwords. */
export type Decrypt = (text: string, file: string) => string | Promise<string>

const VAULT_HEADER = '$ANSIBLE_VAULT;'
const LARGEST = 64 * 1024 * 1024

/**
 * The text of an inventory or variable file, decrypted when the whole file is a vault.
 * @throws InventoryError when it cannot be read, is not UTF-8 or too large, or is a vault and nothing decrypts it
 */
export async function readText(file: string, decrypt?: Decrypt): Promise<string> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new InventoryError(`cannot be read: ${cause.code ?? cause.message}`, { at: { file }, cause })
  })
  if (bytes.length > LARGEST) throw new InventoryError('is larger than 64 MiB', { at: { file } })
  const text = decode(bytes, file)
  if (!text.startsWith(VAULT_HEADER)) return text
  if (decrypt === undefined) {
    throw new VaultLocked('is encrypted with a vault, and no vault password was given', {
      at: { file },
      hint: 'give one with --vault-password-file or --ask-vault-pass',
    })
  }
  try {
    return await decrypt(text, file)
  } catch (cause) {
    throw new VaultLocked(`cannot be decrypted: ${messageOf(cause)}`, { at: { file }, cause })
  }
}

/** A file is encrypted and cannot be opened: wrong only for those who need what is inside. */
export class VaultLocked extends InventoryError {}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InventoryError('is not UTF-8 text', { at: { file }, cause })
  }
}
