import type { Connection, ConnectionSettings } from '../core/remote.ts'
import type { Link } from './channel.ts'
import { createConnection } from './connection.ts'

/** What a connection asks of the program around it. */
export interface ConnectionHooks {
  /** Something that is no error but should be said, such as an option that is not supported. */
  warn(message: string): void
  /** The passphrase of a private key file. */
  passphrase?(file: string): Promise<string | undefined>
}

// Each kind is loaded when a host of the run uses it.
const LINKS: Record<
  ConnectionSettings['kind'],
  (settings: ConnectionSettings, hooks: ConnectionHooks) => Promise<Link>
> = {
  local: async (settings) => (await import('./local.ts')).localLink(settings),
  ssh: async () => {
    throw new Error('not yet')
  },
  openssh: async () => {
    throw new Error('not yet')
  },
}

/**
 * Opens the way to a host; the first shell is opened by its first user.
 * @throws {UnreachableError} when the host cannot be reached, is not the host it should be, or refuses the login
 */
export async function openConnection(
  settings: ConnectionSettings,
  hooks: ConnectionHooks,
): Promise<Connection> {
  return createConnection(await LINKS[settings.kind](settings, hooks), settings)
}
