import { UsageError } from '../../core/errors.ts'
import type { Secrets } from '../../core/secrets.ts'
import { DEFAULT_ID } from './envelope.ts'
import { VaultError } from './errors.ts'
import { createVault, type Vault, type VaultKey } from './vault.ts'

/** Where one password comes from. */
export interface Identity {
  /** The label before the `@`; undefined when there is none, which counts as `default`. */
  readonly id: string | undefined
  /** A file, a program or a person at the keyboard. */
  readonly source: string | { readonly prompt: string }
}

/** What the command line and the settings say of passwords. */
export interface IdentityOptions {
  /** `label@source` or a source alone; the source `prompt` asks. */
  readonly vaultIds?: readonly string[] | undefined
  readonly passwordFiles?: readonly string[] | undefined
  readonly ask?: boolean | undefined
  /** The passwords are to encrypt something new: prompts say so. */
  readonly isNew?: boolean
}

/**
 * Lists where the passwords come from, in Ansible's order: those with ids, files and programs, the person asked.
 * @throws {UsageError} for an id that is none
 */
export function listIdentities(options: IdentityOptions): readonly Identity[] {
  const { vaultIds = [], passwordFiles = [], ask } = options
  const word = options.isNew ? 'New vault' : 'Vault'
  return [
    ...vaultIds.map((entry) => parseIdentity(entry, word)),
    ...passwordFiles.map((source) => ({ id: undefined, source })),
    ...(ask ? [{ id: undefined, source: { prompt: `${word} password: ` } }] : []),
  ]
}

function parseIdentity(entry: string, word: string): Identity {
  const [, label, source = ''] = /^(?:([^@]*)@)?(.*)$/s.exec(entry) ?? []
  const id = label === '' ? undefined : label
  if (entry.includes(';')) throw new UsageError(`--vault-id '${entry}': a vault id cannot have ';' in it`)
  if (source === '') {
    throw new UsageError(`--vault-id '${entry}' names no source`, {
      hint: 'Write LABEL@FILE, LABEL@PROGRAM or LABEL@prompt.',
    })
  }
  if (source !== 'prompt') return { id, source }
  return { id, source: { prompt: `${word} password (${id ?? DEFAULT_ID}): ` } }
}

/** What reading passwords depends on. */
export interface ReadOptions {
  readonly cwd: string
  readonly secrets: Secrets
  readonly matchIds?: boolean
  /** Asks a person, without showing what is typed. */
  readonly ask: (prompt: string) => Promise<string>
  readonly warn: (message: string) => void
}

/**
 * Reads all passwords. A source that gives none is warned about, as in Ansible, as long as another one does.
 * @throws {VaultError} when sources were given and not one gives a password
 */
export async function readVault(identities: readonly Identity[], options: ReadOptions): Promise<Vault> {
  const { secrets, matchIds = false, warn } = options
  const keys: VaultKey[] = []
  const failures: VaultError[] = []
  for (const { id, source } of identities) {
    try {
      const vault = createVault({ keys, secrets })
      const password =
        typeof source === 'string'
          ? await (await import('./password.ts')).readPassword(source, { cwd: options.cwd, id, vault, warn })
          : await askPassword(source.prompt, options)
      keys.push({ id: id ?? DEFAULT_ID, password })
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      failures.push(error)
    }
  }
  const [first] = failures
  if (first !== undefined && keys.length === 0) throw first
  for (const failure of failures) warn(failure.describe(options.cwd))
  return createVault({ keys, secrets, matchIds })
}

async function askPassword(prompt: string, { ask }: ReadOptions): Promise<Buffer> {
  const password = (await ask(prompt)).trim()
  if (password === '') throw new UsageError('the vault password that was typed is empty')
  return Buffer.from(password)
}
