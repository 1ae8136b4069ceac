import { quote } from '../core/quote.ts'

/**
 * The command line that a login shell is given, whichever it is: it becomes the POSIX shell that is talked to, which
 * reads its stdin, or which runs a script and leaves stdin to that. Single quotes mean the same to sh, fish and csh only
 * around plain text, so the script is written in octal: a quote, a line break or a `!` would tell them apart.
 */
export function remoteCommand(shellExecutable: string, script: string | undefined): string {
  const shell = `exec ${quote(shellExecutable)}`
  if (script === undefined) return shell
  const octal = [...Buffer.from(script)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')
  return `${shell} -c 'eval "$(printf %b "${octal}")"'`
}
