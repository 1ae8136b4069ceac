import { accessSync, constants, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expandPath, type Surroundings } from './expand.ts'

/** The file of settings to read, if there is one, and what is to be said of the search. */
export interface Found {
  readonly file: string | undefined
  readonly warnings: readonly string[]
}

/**
 * Looks for `ansible.cfg` where Ansible does, the first that can be read wins: `ANSIBLE_CONFIG` (a file, or the folder
 * it is in), the current folder, `~/.ansible.cfg`, `/etc/ansible/ansible.cfg`. In a folder that everyone may write to
 * it is not read, because anyone could have put it there (CVE-2018-10875).
 *
 * @see https://docs.ansible.com/ansible/latest/reference_appendices/config.html#the-configuration-file
 */
export function findConfig(around: Surroundings, system = '/etc/ansible/ansible.cfg'): Found {
  const { cwd, env, home } = around
  const warnings: string[] = []
  const places: string[] = []
  const named = env.ANSIBLE_CONFIG
  if (named !== undefined && named !== '') {
    const file = inFolder(expandPath(named, cwd, around))
    if (isReadable(file)) return { file, warnings }
    warnings.push(`ANSIBLE_CONFIG is '${named}', which cannot be read; other places are looked at`)
  }
  const here = join(cwd, 'ansible.cfg')
  if (!isWritableByAll(cwd)) places.push(here)
  else if (isReadable(here)) {
    warnings.push(
      `${here} is not read, because everyone may write to its folder; run: chmod o-w ${cwd}, or name the file in ANSIBLE_CONFIG`,
    )
  }
  places.push(join(home, '.ansible.cfg'), system)
  return { file: places.find(isReadable), warnings }
}

function inFolder(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? resolve(path, 'ansible.cfg') : path
}

// The null device counts: naming it is how people say that they want no file.
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return !statSync(path).isDirectory()
  } catch {
    return false
  }
}

function isWritableByAll(folder: string): boolean {
  return ((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & 0o002) !== 0
}
