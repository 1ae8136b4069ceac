import { UsageError } from '../../core/errors.ts'
import { Secrets } from '../../core/secrets.ts'
import { listIdentities, readVault } from '../../vars/vault/identities.ts'
import type { Vault } from '../../vars/vault/vault.ts'
import type { AskOptions } from '../ask.ts'
import { surroundingsOf } from '../config/expand.ts'
import { loadSettings } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import type { Io } from '../io.ts'
import type { VaultFlags } from './flags.ts'

/** Where else passwords come from, and what they are for. */
export interface OpenOptions extends AskOptions {
  /** Settings that are read already; else ansible.cfg and the environment are looked at. */
  readonly settings?: VaultSettings
  /** Ask for a password when no source is named. */
  readonly askOtherwise?: boolean
  /** The passwords are to encrypt something: who types one types it twice. */
  readonly isNew?: boolean
}

export type VaultSettings = Pick<
  Settings,
  | 'vault_identity_list'
  | 'vault_password_file'
  | 'ask_vault_pass'
  | 'vault_id_match'
  | 'vault_encrypt_identity'
>

/**
 * Reads the passwords that the command line, the environment and ansible.cfg name.
 * @throws {UsageError} {VaultError} naming what gives no password
 */
export async function openVault(flags: VaultFlags, io: Io, options: OpenOptions = {}): Promise<Vault> {
  const settings = options.settings ?? (await readSettings(io))
  const { vault_password_file: file, vault_identity_list: listed = [] } = settings
  const given = {
    vaultIds: [...listed, ...(flags['vault-id'] ?? [])],
    passwordFiles: [
      ...(flags['vault-password-file'] ?? []),
      ...(flags['vault-pass-file'] ?? []),
      ...(file === undefined ? [] : [file]),
    ],
  }
  const isNamed = given.vaultIds.length + given.passwordFiles.length > 0
  const asks = flags['ask-vault-pass'] ?? flags['ask-vault-password'] ?? settings.ask_vault_pass ?? false
  const identities = listIdentities({
    ...given,
    ask: asks || (options.askOtherwise === true && !isNamed),
    isNew: options.isNew === true,
  })
  return readVault(identities, {
    cwd: io.cwd,
    secrets: io.secrets ?? new Secrets(),
    matchIds: settings.vault_id_match ?? false,
    // Loaded when somebody is asked: start-up is part of every run.
    ask: async (prompt) => {
      const { ask } = await import('../ask.ts')
      return options.isNew ? askTwice(ask, prompt, io, options) : ask(prompt, io, options)
    },
    warn: (message) => io.err(`[WARNING]: ${message}\n`),
  })
}

/** How an inventory's encrypted files are opened; without passwords it says itself that there is none. */
export function decryptOf(vault: Vault): Vault['text'] | undefined {
  return vault.keys.length === 0 ? undefined : vault.text
}

/** The settings of vaults, from ansible.cfg and the environment. */
export async function readSettings(io: Io): Promise<VaultSettings> {
  return (await loadSettings(surroundingsOf(io))).settings
}

type Ask = typeof import('../ask.ts').ask

async function askTwice(ask: Ask, prompt: string, io: Io, options: AskOptions): Promise<string> {
  const first = await ask(prompt, io, options)
  const second = await ask(`Confirm ${prompt.replace(/^New/, 'new')}`, io, options)
  if (first !== second) throw new UsageError('the two passwords are not the same')
  return first
}
