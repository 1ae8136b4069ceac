import { execFile, spawn } from 'node:child_process'
import { access, constants, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { messageOf } from '../../core/errors.ts'
import { isVault } from './envelope.ts'
import { VaultError } from './errors.ts'
import type { Vault } from './vault.ts'

/** Exit code of a `-client` program that has no password for the label it was asked for. */
const UNKNOWN_ID = 2
/** How programs begin: scripts, ELF and Mach-O. The system would hand anything else to a shell, line by line. */
const PROGRAM_HEADS = ['2321', '7f454c46', 'cffaedfe', 'cafebabe']

/** What reading a password depends on. */
export interface PasswordOptions {
  readonly cwd: string
  /** The label that was given with the source; a program whose name ends in `-client` is told. */
  readonly id: string | undefined
  /** Opens password files that are encrypted themselves, with the passwords read before. */
  readonly vault: Vault
  readonly warn: (message: string) => void
}

/**
 * The password that a file holds, or that a program prints. Whoever may execute the file runs it
 * (Ansible docs: 'Storing and accessing vault passwords').
 * @throws {VaultError} naming the file when it gives no password
 */
export async function readPassword(source: string, options: PasswordOptions): Promise<Buffer> {
  const file = resolve(options.cwd, source)
  const status = await stat(file).catch((cause: Error) => {
    throw new VaultError(`the vault password file cannot be read: ${cause.message}`, { at: { file }, cause })
  })
  const runs = status.isFile() && (await mayExecute(file))
  const password = runs ? await runProgram(file, options.id) : await readPasswordFile(file, options)
  if (password.length === 0) throw new VaultError('holds no vault password: it is empty', { at: { file } })
  if (!runs && status.isFile()) await warnWhenShown(file, status.mode, options.warn)
  return password
}

async function readPasswordFile(file: string, { vault }: PasswordOptions): Promise<Buffer> {
  const bare = trim(await readContent(file), ' \t\r\n\v\f')
  return isVault(bare) ? trim(vault.open(bare.toString('latin1'), { file }).plain, '\r\n') : bare
}

async function readContent(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: Error) => {
    throw new VaultError(`the vault password file cannot be read: ${cause.message}`, { at: { file }, cause })
  })
}

function noProgram(file: string, why: string): VaultError {
  return new VaultError(`the vault password program cannot be run: ${why}`, {
    at: { file },
    hint: 'If it is a file with the password, take the executable bit away: chmod a-x',
  })
}

// A person may type into the program, so it has the terminal; what it prints is the password.
async function runProgram(file: string, id: string | undefined): Promise<Buffer> {
  const isClient = basename(file, extname(file)).endsWith('-client')
  const argv = isClient && id !== undefined ? ['--vault-id', id] : []
  const head = (await readContent(file)).subarray(0, 4).toString('hex')
  if (!PROGRAM_HEADS.some((start) => head.startsWith(start))) throw noProgram(file, 'it begins like none')
  const { code, output } = await new Promise<{ code: number | null; output: Buffer }>((done, fail) => {
    const chunks: Buffer[] = []
    const child = spawn(file, argv, { stdio: ['inherit', 'pipe', 'inherit'] })
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', fail)
    child.on('close', (status) => done({ code: status, output: Buffer.concat(chunks) }))
  }).catch((cause: unknown) => {
    throw noProgram(file, messageOf(cause))
  })
  if (code === 0) return trim(output, '\r\n')
  if (isClient && code === UNKNOWN_ID) {
    throw new VaultError(`the program has no password for the vault id '${id ?? 'default'}'`, {
      at: { file },
    })
  }
  throw new VaultError(`the vault password program failed with exit code ${code ?? 'none'}`, { at: { file } })
}

async function warnWhenShown(file: string, mode: number, warn: (message: string) => void): Promise<void> {
  if ((mode & 0o004) !== 0) {
    warn(`the vault password file ${file} can be read by every user; run: chmod 600 ${file}`)
  }
  if (await isTracked(file)) {
    warn(`the vault password file ${file} is tracked by git: whoever has the repository has the password`)
  }
}

async function isTracked(file: string): Promise<boolean> {
  const argv = ['-C', dirname(file), 'ls-files', '--error-unmatch', '--', basename(file)]
  return promisify(execFile)('git', argv).then(
    () => true,
    () => false,
  )
}

async function mayExecute(file: string): Promise<boolean> {
  // Root may execute what has any such bit, which is what `access` says, too.
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function trim(content: Buffer, characters: string): Buffer {
  const isOuter = (byte: number | undefined) =>
    byte !== undefined && characters.includes(String.fromCharCode(byte))
  let [start, end] = [0, content.length]
  while (start < end && isOuter(content[start])) start += 1
  while (end > start && isOuter(content[end - 1])) end -= 1
  return content.subarray(start, end)
}
