import { userInfo } from 'node:os'
import type { ConnectionSettings } from '../core/remote.ts'
import type { Link } from './channel.ts'
import { childChannel } from './child-channel.ts'

/** The controller itself as a host: each channel is a child process running the POSIX shell. */
export function localLink(settings: ConnectionSettings): Link {
  const where = `${settings.host} (local, user ${userInfo().username})`
  return {
    where,
    open: (script) =>
      childChannel(settings.shellExecutable, script === undefined ? [] : ['-c', script], {
        where,
        folder: settings.folder,
      }),
    close: async () => {},
  }
}
