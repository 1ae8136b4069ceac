import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PlaybookEntry } from '../playbook/types.ts'
import { startPlaybook } from './start.ts'

/**
 * Makes a file a playbook: `node playbook.ts --tags certbot` runs it with the flags of `ansible-playbook`. When the
 * file is imported instead, nothing runs and the plays are all there is.
 *
 * @param meta the file's `import.meta`
 * @returns the plays, unchanged
 * @example
 * export default playbook(import.meta, [{ name: 'Web servers', hosts: 'web', roles: ['nginx'] }])
 */
export function playbook(meta: ImportMeta, plays: readonly PlaybookEntry[]): readonly PlaybookEntry[] {
  const file = fileURLToPath(meta.url)
  // After the file's own code, so that its export is there when roles import it.
  if (isProgram(file)) setImmediate(startPlaybook, file, plays)
  return plays
}

function isProgram(file: string): boolean {
  const program = process.argv[1]
  if (program === undefined) return false
  try {
    return realpathSync(program) === realpathSync(file)
  } catch {
    return false
  }
}
