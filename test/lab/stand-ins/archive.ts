import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from '../run.ts'

const version = 'v2.43.0'
const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const folder = `static-web-server-${version}-${architecture}-unknown-linux-musl`

const notice = `This is a stand-in for static-web-server ${version}, made by playscript's lab for its tests.
It takes the command line of the real program and serves through nginx. It is not the real program.
`

/**
 * Packs the static-web-server stand-in as the real release archive is packed: one top folder, the program with
 * read-me and licence files beside it. Left in `dir`; the same bytes every time, so the checksum can be predicted.
 */
export async function buildArchive(dir: string): Promise<{ readonly sha256: string; readonly file: string }> {
  const file = `${folder}.tar.gz`
  const work = mkdtempSync(join(dir, 'archive-'))
  try {
    const top = join(work, folder)
    mkdirSync(top, { mode: 0o755 })
    for (const name of ['README.md', 'LICENSE-APACHE', 'LICENSE-MIT'])
      writeFileSync(join(top, name), notice, { mode: 0o644 })
    const program = join(top, 'static-web-server')
    copyFileSync(new URL('./static-web-server.sh', import.meta.url), program)
    chmodSync(program, 0o755)
    const plain = [
      '--sort=name',
      '--mtime=2026-01-01T00:00:00Z',
      '--owner=1001',
      '--group=1001',
      '--numeric-owner',
      '--format=ustar',
    ]
    const tar = [
      'tar',
      ...plain,
      '--use-compress-program=gzip -n',
      '-C',
      work,
      '-cf',
      join(dir, file),
      folder,
    ]
    await must(tar)
  } finally {
    rmSync(work, { recursive: true })
  }
  return {
    file,
    sha256: createHash('sha256')
      .update(readFileSync(join(dir, file)))
      .digest('hex'),
  }
}
