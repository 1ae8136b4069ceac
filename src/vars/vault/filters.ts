import { randomBytes } from 'node:crypto'
import { isVault } from './envelope.ts'
import { VaultError } from './errors.ts'
import { learnValue } from './learn.ts'
import { createVault, seal, type Vault } from './vault.ts'

type Filter = (value: unknown, ...args: unknown[]) => unknown

/**
 * Ansible's filters `vault(secret, salt, vault_id)` and `unvault(secret, vault_id)`: passwords and texts that pass
 * through them become secrets of the run.
 */
export function vaultFilters({
  secrets,
}: Pick<Vault, 'secrets'>): Readonly<Record<'vault' | 'unvault', Filter>> {
  const keyOf = (id: unknown, secret: unknown, filter: string) => {
    if (typeof secret !== 'string' || secret === '') {
      throw new VaultError(`the filter ${filter} needs a password: ${filter}('password')`)
    }
    secrets.add(secret)
    return { id: id === undefined ? 'filter_default' : String(id), password: Buffer.from(secret) }
  }
  return {
    vault: (value, ...args) => {
      const { secret, salt, vault_id, vaultid } = named(['secret', 'salt', 'vault_id'], args)
      const text = String(value)
      const key = keyOf(vault_id ?? vaultid, secret, 'vault')
      learnValue(text, secrets)
      return seal(Buffer.from(text), key, salt === undefined ? randomBytes(32) : Buffer.from(String(salt)))
    },
    unvault: (value, ...args) => {
      const { secret, vault_id, vaultid } = named(['secret', 'vault_id'], args)
      const key = keyOf(vault_id ?? vaultid, secret, 'unvault')
      const text = String(value)
      return isVault(text) ? createVault({ keys: [key], secrets }).value(text) : text
    },
  }
}

/**
 * Ansible's test `vault_encrypted`: of a text as a vault writes it, and of a `!vault` value, though templates see what it
 * was opened to.
 */
export function vaultTests({ gave }: Pick<Vault, 'gave'>): { readonly vault_encrypted: Filter } {
  return { vault_encrypted: (value) => typeof value === 'string' && (isVault(value) || gave(value)) }
}

// Named arguments arrive as a dictionary behind the others.
function named(names: readonly string[], args: readonly unknown[]): Readonly<Record<string, unknown>> {
  const last = args.at(-1)
  const isNamed = typeof last === 'object' && last !== null
  const positional = isNamed ? args.slice(0, -1) : args
  return {
    ...Object.fromEntries(positional.map((arg, index) => [names[index], arg])),
    ...(isNamed ? last : {}),
  }
}
