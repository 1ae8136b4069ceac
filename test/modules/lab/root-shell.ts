import { openConnection } from '../../../src/connection/index.ts'
import type { Shell } from '../../../src/core/remote.ts'
import type { Lab } from '../../lab/index.ts'

/** A root shell on a host of the lab as most users get one: an ordinary user logs in, and sudo wants a password. */
export async function rootShell(
  lab: Lab,
  host: string,
): Promise<{ readonly shell: Shell; readonly close: () => Promise<void> }> {
  const { name, address, hostKey } = lab.host(host)
  const connection = await openConnection(
    {
      host: name,
      kind: 'ssh',
      address,
      user: 'operator',
      privateKeyFile: lab.paths.key,
      hostKeys: [hostKey],
      connectTimeout: 10,
      shellExecutable: '/bin/sh',
    },
    { warn: () => {} },
  )
  const shell = await connection.shell({ user: 'root', method: 'sudo', password: lab.operatorPassword })
  return { shell, close: () => connection.close() }
}
