import { ArgumentError } from '../core/errors.ts'

/**
 * Splits a line into words as a POSIX shell quotes them, without expanding anything: what Python's
 * `shlex.split` does, with which Ansible reads `ansible_ssh_common_args` and `become_flags`.
 * @throws {ArgumentError} when a quote is not closed
 */
export function shellWords(line: string): string[] {
  const words: string[] = []
  const pattern = /\s*((?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+)|\s+$/sy
  while (pattern.lastIndex < line.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(line)
    if (match === null) throw new ArgumentError(`a quote is not closed: ${line.slice(at).trim()}`)
    if (match[1] !== undefined) words.push(match[1].replace(PARTS, unquote))
  }
  return words
}

const PARTS = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs

function unquote(_: string, single?: string, double?: string, escaped?: string): string {
  return single ?? escaped ?? (double ?? '').replace(/\\(["\\$`])/g, '$1')
}
