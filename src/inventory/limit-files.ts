import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf, UsageError } from '../core/errors.ts'
import { splitPattern } from './pattern.ts'

/**
 * What `--limit` says once the files are read that it names: `@file` stands for the patterns in the file's lines
 * (Ansible docs: 'Patterns and ansible-playbook flags').
 * @param cwd the folder that files start from
 * @throws {UsageError} for a file that cannot be read, or has no pattern: it would limit nothing
 */
export function readLimit(limit: string, cwd: string): string {
  const words = splitPattern(limit)
  return words.flatMap((word) => (word.startsWith('@') ? linesOf(word.slice(1), cwd) : [word])).join(',')
}

function linesOf(name: string, cwd: string): readonly string[] {
  const file = resolve(cwd, name)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`limit file cannot be read: ${messageOf(cause)}`, { at: { file }, cause })
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (patterns.length > 0) return patterns
  throw new UsageError('the limit file names no host', {
    at: { file },
    hint: 'Leave --limit out for all hosts.',
  })
}
