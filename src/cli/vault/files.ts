import { access, constants, mkdir } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { isVault } from '../../vars/vault/envelope.ts'
import { VaultError } from '../../vars/vault/errors.ts'
import { type Opened, seal, type Vault } from '../../vars/vault/vault.ts'
import type { Io } from '../io.ts'
import { replaceFile } from '../replace-file.ts'
import { editText } from './edit-text.ts'
import { decryptingVault, encryptingKey, type KeyFlags, newKey } from './keys.ts'
import { readInput, writeOutput } from './streams.ts'

/** One use of a subcommand. */
export interface Use {
  readonly flags: KeyFlags & { readonly output?: string | undefined }
  /** The words behind the subcommand. */
  readonly words: readonly string[]
  readonly io: Io
}

/** Encrypts files in place, or standard input, or one file to another. */
export async function encryptFiles({ flags, words, io }: Use): Promise<void> {
  const files = inputs(flags, words)
  const key = await encryptingKey(flags, io, { inputIsData: files.includes('-') })
  // All are read before one is written, so that a mistake in one leaves all as they were.
  await convert(files, flags, io, (content, at) => {
    if (isVault(content)) throw new VaultError('is encrypted already', { at })
    return seal(content, key)
  })
  if (io.terminal) io.err('Encryption successful\n')
}

/** Decrypts files in place, or standard input, or one file to another. */
export async function decryptFiles({ flags, words, io }: Use): Promise<void> {
  const files = inputs(flags, words)
  const vault = await decryptingVault(flags, io, { inputIsData: files.includes('-') })
  await convert(files, flags, io, (content, at) => openContent(vault, content, at.file).plain)
  if (io.terminal) io.err('Decryption successful\n')
}

/** Encrypts files anew, with another password. */
export async function rekeyFiles({ flags, words, io }: Use): Promise<void> {
  const files = some(words, 'rekey')
  const vault = await decryptingVault(flags, io)
  const key = await newKey(flags, vault, io)
  await convert(files, {}, io, (content, at) => seal(openContent(vault, content, at.file).plain, key))
  io.err('Rekey successful\n')
}

/** Lets a person change what is encrypted in files; the same password and label encrypt it again. */
export async function editFiles({ flags, words, io }: Use): Promise<void> {
  const files = some(words, 'edit')
  const vault = await decryptingVault(flags, io)
  for (const word of files) {
    const file = resolve(io.cwd, word)
    const { plain, id, key } = openContent(vault, await readInput(file, io), file)
    await mayWrite(file, io)
    const edited = await editText(plain, file, io)
    if (!edited.equals(plain)) replaceFile(file, seal(edited, { id, password: key.password }))
  }
}

/** Lets a person write a new file, which is encrypted from the start. */
export async function createFile({ flags, words, io }: Use): Promise<void> {
  const [word, ...more] = words
  if (word === undefined || more.length > 0) throw new UsageError('create takes the name of one file')
  const file = resolve(io.cwd, word)
  if (await exists(file)) {
    throw new UsageError(`${word} is there already`, { hint: 'vault edit changes an encrypted file.' })
  }
  await mkdir(dirname(file), { recursive: true })
  await mayWrite(file, io)
  const key = await encryptingKey(flags, io)
  replaceFile(file, seal(await editText(Buffer.alloc(0), file, io), key))
}

/** Shows what is encrypted in files. */
export async function viewFiles({ flags, words, io }: Use): Promise<void> {
  const files = some(words, 'view')
  const vault = await decryptingVault(flags, io, { inputIsData: files.includes('-') })
  const { page } = await import('./page.ts')
  for (const word of files) {
    const file = word === '-' ? word : resolve(io.cwd, word)
    await page(openContent(vault, await readInput(file, io), placeOf(file).file).plain, io)
  }
}

type At = { readonly file: string }

const placeOf = (file: string): At => ({ file: file === '-' ? 'standard input' : file })

async function convert(
  files: readonly string[],
  { output }: { readonly output?: string | undefined },
  io: Io,
  change: (content: Buffer, at: At) => string | Buffer,
): Promise<void> {
  const changed: (readonly [target: string, content: string | Buffer])[] = []
  for (const word of files) {
    const file = word === '-' ? word : resolve(io.cwd, word)
    const target = output === undefined || output === '-' ? (output ?? file) : resolve(io.cwd, output)
    changed.push([target, change(await readInput(file, io), placeOf(file))])
  }
  for (const [target, content] of changed) {
    if (target === '-') writeOutput(content, io)
    else replaceFile(target, content)
  }
}

function openContent(vault: Vault, content: Buffer, file: string): Opened {
  if (!isVault(content)) throw new VaultError('is not encrypted with a vault', { at: { file } })
  return vault.open(content.toString('latin1'), { file })
}

function inputs({ output }: { readonly output?: string | undefined }, words: readonly string[]) {
  if (output !== undefined && words.length > 1) throw new UsageError('--output is for one file alone')
  return words.length === 0 ? ['-'] : words
}

function some(words: readonly string[], command: string): readonly string[] {
  if (words.length > 0) return words
  throw new UsageError(`${command} needs a file: playscript vault ${command} FILE`)
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

// Better now than when an hour of editing is to be written.
async function mayWrite(file: string, { cwd }: Io): Promise<void> {
  await access(dirname(file), constants.W_OK).catch((cause: unknown) => {
    throw new UsageError(`${relative(cwd, file)} could not be written: its folder is not writable`, { cause })
  })
}
