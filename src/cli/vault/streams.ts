import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { VaultError } from '../../vars/vault/errors.ts'
import { keepRunning } from '../ask.ts'
import type { Io } from '../io.ts'

/** The content of a file, or of standard input for `-`. */
export async function readInput(file: string, io: Io): Promise<Buffer> {
  if (file === '-') {
    if (process.stdin.isTTY) io.err('Reading from standard input; end with Ctrl-D.\n')
    keepRunning(process.stdin, 'ref')
    return buffer(process.stdin)
  }
  return readFile(file).catch((cause: Error) => {
    throw new VaultError(`cannot be read: ${cause.message}`, { at: { file }, cause })
  })
}

/** Writes text or bytes to standard output. */
export function writeOutput(content: string | Buffer, { out, bytes }: Io): void {
  if (typeof content === 'string' || bytes === undefined) out(content.toString())
  else bytes(content)
}
