import type { Connection, ConnectionSettings } from '../core/remote.ts'
import type { Link } from './channel.ts'
import { createConnection } from './connection.ts'
import type { ConnectionHooks } from './hooks.ts'

export type { ConnectionHooks } from './hooks.ts'

// Each kind is loaded when a host of the run uses it.
const LINKS: Record<
  ConnectionSettings['kind'],
  (settings: ConnectionSettings, hooks: ConnectionHooks) => Promise<Link>
> = {
  local: async (settings) => (await import('./local.ts')).localLink(settings),
  ssh: async (settings, hooks) => (await import('./ssh.ts')).sshLink(settings, hooks),
  openssh: async (settings, hooks) => (await import('./openssh.ts')).opensshLink(settings, hooks),
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
