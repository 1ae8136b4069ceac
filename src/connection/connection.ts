import { BecomeError } from '../core/errors.ts'
import type { Become, Connection, ConnectionSettings } from '../core/remote.ts'
import { checkBecomeUser } from './become.ts'
import type { Link } from './channel.ts'
import { openSession } from './open-session.ts'
import { type ClosingShell, createShell } from './shell.ts'

/** A connection over a link: one shell per user, opened at first use; concurrent callers share it. */
export function createConnection(link: Link, settings: ConnectionSettings): Connection {
  const shells = new Map<string, Promise<ClosingShell>>()

  function openShell(become: Become | undefined): Promise<ClosingShell> {
    return createShell(link.where, (stale) => openSession(link, settings, { become, stale }))
  }

  return {
    async shell(become) {
      if (become !== undefined) checkBecomeUser(become.user, link.where)
      const key = JSON.stringify(become ?? null, ['user', 'method', 'password', 'flags', 'exe'])
      const known = shells.get(key)
      if (known !== undefined) return known
      const opening = openShell(become)
      shells.set(key, opening)
      // A refusal to become is kept: each further try would count towards locking the account.
      opening.catch((error) => {
        if (!(error instanceof BecomeError)) shells.delete(key)
      })
      return opening
    },
    async close(options) {
      const settled = await Promise.allSettled(shells.values())
      const open = settled.flatMap((shell) => (shell.status === 'fulfilled' ? [shell.value] : []))
      await Promise.all(open.map((shell) => shell.end()))
      // Both at once: each is a round trip.
      await Promise.all([link.close(options), ...open.map((shell) => shell.close())])
    },
  }
}
