import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Shell } from '../../src/core/remote.ts'
import { plainShell } from './plain-shell.ts'

/** Which program of a host fetches things. */
export type Downloader = 'curl' | 'wget' | 'busybox' | 'none'

const folders = new Map<Downloader, string>()

process.on('exit', () => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true })
})

/** The folder of commands, made once a process: this machine's, with one downloader or none. */
export function binFolder(kind: Downloader): string {
  const known = folders.get(kind)
  if (known !== undefined) return join(known, 'bin')
  const folder = mkdtempSync(join(tmpdir(), 'path-'))
  folders.set(kind, folder)
  mkdirSync(join(folder, 'bin'))
  const names = new Map(['/usr/bin', '/bin'].flatMap((from) => readdirSync(from).map((name) => [name, from])))
  if (kind !== 'curl') names.delete('curl')
  if (kind !== 'wget') names.delete('wget')
  for (const [name, from] of names) symlinkSync(join(from, name), join(folder, 'bin', name))
  if (kind === 'busybox') symlinkSync('/usr/bin/busybox', join(folder, 'bin/wget'))
  return join(folder, 'bin')
}

/** A shell on this machine whose PATH has no other downloader. */
export function shellWith(kind: Downloader): Shell {
  const bin = binFolder(kind)
  return plainShell({ temp: join(bin, '../temp'), path: bin })
}
