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
 * The default export of a TypeScript or JavaScript file, as the file is now.
 * @throws InventoryError when it cannot be loaded or has no default export that is an object
 */
export async function importDefault(file: string): Promise<object> {
  const module = await importAnew(file).catch((cause: unknown) => {
    throw new InventoryError(`cannot be loaded: ${messageOf(cause)}`, { at: { file }, cause })
  })
  const value: unknown = isCommonJs(module.default) ? module.default.default : module.default
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InventoryError('has no default export that is an object', {
      at: { file },
      hint: 'write: export default { … }',
    })
  }
  return value
}

/** A plain import would give what the first one gave, even after the file has changed. */
async function importAnew(file: string): Promise<{ default?: unknown }> {
  const { tsImport } = await import('tsx/esm/api')
  return tsImport(pathToFileURL(file).href, import.meta.url)
}

/** Where no package.json says `"type": "module"`, the exports arrive one level deeper. */
function isCommonJs(value: unknown): value is { default?: unknown } {
  return typeof value === 'object' && value !== null && '__esModule' in value
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InventoryError('is not UTF-8 text', { at: { file }, cause })
  }
}
