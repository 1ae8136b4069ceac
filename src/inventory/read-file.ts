import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { InventoryError, messageOf } from '../core/errors.ts'
import type { Decrypt } from './model.ts'

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

/**
 * The default export of a TypeScript or JavaScript file, read anew when the file has changed.
 * @throws InventoryError when it cannot be loaded or has no default export that is an object
 */
export async function importDefault(file: string, version: number): Promise<object> {
  const address = `${pathToFileURL(file).href}?${version}`
  const module = await importModule(address, file)
  const value: unknown = module.default
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InventoryError('has no default export that is an object', {
      at: { file },
      hint: 'write: export default { … }',
    })
  }
  return value
}

async function importModule(address: string, file: string): Promise<Record<string, unknown>> {
  try {
    return await import(address)
  } catch (cause) {
    // Node alone does not run TypeScript; tsx does, and is always there.
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new InventoryError(`cannot be loaded: ${messageOf(cause)}`, { at: { file }, cause })
    }
  }
  const { tsImport } = await import('tsx/esm/api')
  return tsImport(address, import.meta.url).catch((cause: unknown) => {
    throw new InventoryError(`cannot be loaded: ${messageOf(cause)}`, { at: { file }, cause })
  })
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InventoryError('is not UTF-8 text', { at: { file }, cause })
  }
}
