import { UsageError } from '../../core/errors.ts'
import type { Vault, VaultKey } from '../../vars/vault/vault.ts'
import type { AskOptions } from '../ask.ts'
import type { Io } from '../io.ts'
import type { VaultFlags } from './flags.ts'
import { openVault, readSettings } from './open-vault.ts'

/** The flags that decide with what to encrypt. */
export interface KeyFlags extends VaultFlags {
  readonly 'encrypt-vault-id'?: string | undefined
  readonly 'new-vault-id'?: string | undefined
  readonly 'new-vault-password-file'?: string | undefined
}

/** The passwords to decrypt with; asks for one when none is named. */
export async function decryptingVault(flags: VaultFlags, io: Io, options: AskOptions = {}): Promise<Vault> {
  return openVault(flags, io, { ...options, askOtherwise: true })
}

/**
 * The password to encrypt with.
 * @throws {UsageError} when there are several and none is chosen, or the chosen one is not there
 */
export async function encryptingKey(flags: KeyFlags, io: Io, options: AskOptions = {}): Promise<VaultKey> {
  const settings = await readSettings(io)
  const vault = await openVault(flags, io, { ...options, settings, askOtherwise: true, isNew: true })
  return chooseKey(vault.keys, flags['encrypt-vault-id'] ?? settings.vault_encrypt_identity)
}

/** The password that `rekey` encrypts with anew: a new one, or with `--encrypt-vault-id` one of those given. */
export async function newKey(flags: KeyFlags, old: Vault, io: Io): Promise<VaultKey> {
  const { 'new-vault-id': id, 'new-vault-password-file': file, 'encrypt-vault-id': chosen } = flags
  if (id !== undefined && file !== undefined) {
    throw new UsageError('--new-vault-id and --new-vault-password-file exclude each other; give one of them')
  }
  if (id === undefined && file === undefined && chosen !== undefined) return chooseKey(old.keys, chosen)
  const sources = {
    'vault-id': id === undefined ? [] : [id],
    'vault-password-file': file === undefined ? [] : [file],
  }
  const vault = await openVault(sources, io, { settings: NO_SETTINGS, askOtherwise: true, isNew: true })
  return chooseKey(vault.keys, chosen)
}

// What the settings name are the old passwords.
const NO_SETTINGS = {
  vault_identity_list: undefined,
  vault_password_file: undefined,
  ask_vault_pass: undefined,
  vault_id_match: undefined,
  vault_encrypt_identity: undefined,
}

function chooseKey(keys: readonly VaultKey[], id: string | undefined): VaultKey {
  const ids = [...new Set(keys.map((key) => key.id))].join(', ')
  const [first, second] = keys
  if (id !== undefined) {
    const found = keys.find((key) => key.id === id)
    if (found !== undefined) return found
    throw new UsageError(`--encrypt-vault-id is '${id}', and there are passwords only for: ${ids}`)
  }
  if (first === undefined) throw new UsageError('a vault password is needed to encrypt')
  if (second === undefined) return first
  throw new UsageError(`there are several vault passwords, for ${ids}`, {
    hint: 'Say with --encrypt-vault-id which one encrypts.',
  })
}
