import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConnection } from '../../src/connection/index.ts'
import type { Shell, Target } from '../../src/core/remote.ts'
import { plainShell } from './plain-shell.ts'
import { hasProgram } from './programs.ts'

/** A shell that a module test can run on here; `use` opens it, gives it away and cleans up behind it. */
export interface LocalShell {
  readonly name: string
  readonly userland: Target['userland']
  use(work: (shell: Shell) => Promise<void>): Promise<void>
}

/** The shell of this system, over a connection. */
export const system: LocalShell = {
  name: 'the system’s userland',
  userland: 'gnu',
  async use(work) {
    const connection = await openConnection(
      {
        host: 'localhost',
        kind: 'local',
        address: 'localhost',
        hostKeys: [],
        connectTimeout: 10,
        shellExecutable: '/bin/sh',
      },
      { warn: () => {} },
    )
    try {
      await work(await connection.shell())
    } finally {
      await connection.close()
    }
  },
}

/** Commands that busybox does not have, and that a small system gets as packages. */
const BESIDE_BUSYBOX = ['openssl', 'curl', 'file', 'zstd', 'git', 'ssh']

const busybox: LocalShell = {
  name: 'busybox',
  userland: 'busybox',
  async use(work) {
    const folder = mkdtempSync(join(tmpdir(), 'busybox-'))
    try {
      execFileSync('busybox', ['--install', '-s', folder])
      for (const tool of BESIDE_BUSYBOX) {
        execFileSync('sh', ['-c', 'p=$(command -v "$1") && ln -sf "$p" "$2/$1" || true', 'sh', tool, folder])
      }
      const tools = new Set(['base64', 'sha1sum', 'sha256sum', 'tar', 'unzip', 'wget'])
      const shell = plainShell({
        temp: join(folder, 'uploads'),
        argv: [join(folder, 'sh')],
        path: folder,
        target: { userland: 'busybox', tools },
      })
      await work(shell)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

/** Every kind of userland that is to be had on this machine. */
export const LOCAL_SHELLS: readonly LocalShell[] = hasProgram('busybox') ? [system, busybox] : [system]
