import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { formatLocation, type Location } from '../../core/location.ts'
import { isTooShort, Secrets } from '../../core/secrets.ts'
import { decrypt, encrypt } from './cipher.ts'
import { type Envelope, isVault, readEnvelope, writeEnvelope } from './envelope.ts'
import { VaultError } from './errors.ts'
import { learnFile, learnValue } from './learn.ts'

/** A password and its label, the vault id. */
export interface VaultKey {
  readonly id: string
  readonly password: Buffer
}

/** A decrypted text. */
export interface Opened {
  readonly plain: Buffer
  /** The label that its header names. */
  readonly id: string
  /** The key that fitted: its label may be another. */
  readonly key: VaultKey
}

/** Opens what is encrypted, with the passwords of one run. */
export interface Vault {
  readonly keys: readonly VaultKey[]
  /** What is decrypted for use is added here, so that no output shows it. */
  readonly secrets: Secrets
  /** Decrypts a text for a person who asked for it; it does not become a secret of the run. */
  open(text: string, at?: Location): Opened
  /** The text of a `!vault` value; it is plain text and never a template, as in Ansible. */
  value(text: string, at?: Location): string
  /** Whether a text is what some `!vault` value was opened to. */
  gave(text: string): boolean
  /** A file's content, decrypted when it is encrypted as a whole. */
  file(content: Buffer, file: string): Buffer
  /** The same for text that is known to be encrypted; errors leave the naming of the file to the caller. */
  text(text: string, file: string): string
}

/** What a vault is made of. */
export interface VaultOptions {
  readonly keys?: readonly VaultKey[]
  /** Try only keys whose label is that of the text (ANSIBLE_VAULT_ID_MATCH); else those come first. */
  readonly matchIds?: boolean
  readonly secrets?: Secrets
}

/**
 * Makes the vault of a run. All that it gives out for use becomes a secret of the run.
 * Its functions throw {VaultError}, with the place, when nothing opens a text.
 */
export function createVault({ keys = [], matchIds, secrets = new Secrets() }: VaultOptions): Vault {
  for (const { password } of keys) secrets.add(password.toString('utf8'))
  // Deriving a key takes about ten milliseconds, and a value may be used in each task on each host.
  const known = new Map<string, string>()

  const unseal = (text: string): Opened => {
    const { id, sealed } = readEnvelope(text)
    const own = keys.filter((key) => key.id === id)
    const others = matchIds ? [] : keys.filter((key) => key.id !== id)
    for (const key of [...own, ...others]) {
      const plain = decrypt(sealed, key.password)
      if (plain !== undefined) return { plain, id, key }
    }
    throw noKey(id, keys, own.length > 0 || !matchIds)
  }

  const open = (text: string, at?: Location, what = ''): Opened => {
    try {
      return unseal(text)
    } catch (cause) {
      if (!(cause instanceof VaultError)) throw cause
      throw new VaultError(`${what}cannot be decrypted: ${cause.message}`, {
        at,
        ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      })
    }
  }

  return {
    keys,
    secrets,
    open: (text, at) => open(text, at),
    value: (text, at) => {
      const before = known.get(text)
      if (before !== undefined) return before
      const value = open(text, at, 'a !vault value ').plain.toString('utf8')
      learnValue(value, secrets)
      if (isTooShort(value)) secrets.warnOfShort(at === undefined ? 'a !vault value' : nameOf(at))
      known.set(text, value)
      return value
    },
    gave: (text) => [...known.values()].includes(text),
    file: (content, file) => {
      if (!isVault(content)) return content
      const { plain } = open(content.toString('latin1'), { file })
      learnFile(plain, file, secrets)
      return plain
    },
    text: (text, file) => {
      const { plain } = unseal(text)
      learnFile(plain, file, secrets)
      return plain.toString('utf8')
    },
  }
}

// The name of the variable is in the line where its value begins.
function nameOf(at: Location): string {
  const place = formatLocation(at)
  try {
    const line = readFileSync(at.file, 'utf8').split('\n')[(at.line ?? 1) - 1] ?? ''
    const [, name] = /([\w.-]+)["']?\s*:\s*!vault/.exec(line) ?? []
    return name === undefined ? `the !vault value at ${place}` : `'${name}', a !vault value at ${place},`
  } catch {
    return `the !vault value at ${place}`
  }
}

/** Encrypts a text. Two texts never look alike, even when they are the same. */
export function seal(plain: Buffer, { id, password }: VaultKey, salt: Buffer = randomBytes(32)): string {
  const envelope: Envelope = { id, sealed: encrypt(plain, password, salt) }
  return writeEnvelope(envelope)
}

function noKey(id: string, keys: readonly VaultKey[], tried: boolean): VaultError {
  if (keys.length === 0) {
    return new VaultError('no vault password was given', {
      hint: 'Give one with --vault-password-file, --vault-id or --ask-vault-pass.',
    })
  }
  const ids = [...new Set(keys.map((key) => key.id))].join(', ')
  if (!tried) return new VaultError(`it has the vault id '${id}', and there are passwords only for ${ids}`)
  const label = id === 'default' ? '' : `; it has the vault id '${id}'`
  return new VaultError(`no vault password fits (vault ids given: ${ids}${label})`)
}
