import { openConnection } from '../../src/connection/index.ts'
import type { Connection, ConnectionSettings, Shell } from '../../src/core/remote.ts'
import { type Sshd, startSshd } from './sshd.ts'

let server: Promise<Sshd> | undefined

/** The server that all tests of a file share. */
export function sharedSshd(): Promise<Sshd> {
  server ??= startSshd()
  return server
}

/** Settings that reach this machine in one way or another. */
export async function settingsFor(
  kind: ConnectionSettings['kind'],
  more: Partial<ConnectionSettings> = {},
): Promise<ConnectionSettings> {
  const base = { host: 'target', kind, address: '127.0.0.1', connectTimeout: 20, shellExecutable: '/bin/sh' }
  if (kind === 'local') return { ...base, hostKeys: [], ...more }
  const { port, keyFile, hostKey } = await sharedSshd()
  // Neither the configuration nor the agent of whoever runs the tests.
  const sshArgs = `-F /dev/null -o IdentityAgent=none${more.sshArgs === undefined ? '' : ` ${more.sshArgs}`}`
  return { ...base, port, privateKeyFile: keyFile, hostKeys: [hostKey], user: 'root', ...more, sshArgs }
}

/** Opens a connection for the length of some work. */
export async function withConnection(
  settings: ConnectionSettings,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = await openConnection(settings, { warn: () => {} })
  try {
    await work(connection)
  } finally {
    await connection.close()
  }
}

/** Opens a login shell for the length of some work. */
export function withShell(
  settings: ConnectionSettings,
  work: (shell: Shell, connection: Connection) => Promise<void>,
): Promise<void> {
  return withConnection(settings, async (connection) => work(await connection.shell(), connection))
}

/** What a promise is rejected with; fails when it is not. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('it was not rejected')
}
