import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'

export interface TemporaryUser {
  readonly name: string
  readonly password: string
  readonly home: string
}

export interface UserOptions {
  /** What may stand after the name in a line of sudoers(5). */
  readonly sudoers?: string
  readonly shell?: string
  /** Files of the home folder, by name. */
  readonly files?: Readonly<Record<string, string>>
}

/** Makes a user for the length of some work, and leaves nothing of it behind. */
export async function withUser(
  options: UserOptions,
  work: (user: TemporaryUser) => Promise<void>,
): Promise<void> {
  const name = `playtest${randomBytes(4).toString('hex')}`
  const password = randomBytes(9).toString('base64url')
  const home = `/home/${name}`
  const sudoers = `/etc/sudoers.d/${name}`
  execFileSync('useradd', ['-m', '-d', home, '-s', options.shell ?? '/bin/sh', name])
  try {
    execFileSync('chpasswd', { input: `${name}:${password}\n` })
    for (const [file, content] of Object.entries(options.files ?? {})) {
      writeFileSync(`${home}/${file}`, content, { mode: 0o644 })
    }
    if (options.sudoers !== undefined) {
      writeFileSync(sudoers, `${name} ${options.sudoers}\n`, { mode: 0o440 })
    }
    await work({ name, password, home })
  } finally {
    rmSync(sudoers, { force: true })
    // A session may still be ending; -f removes the user all the same.
    execFileSync('userdel', ['-r', '-f', name], { stdio: 'ignore' })
  }
}
