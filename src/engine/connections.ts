import { setMaxListeners } from 'node:events'
import { openConnection } from '../connection/index.ts'
import type { Connection, ConnectionSettings, Shell } from '../core/remote.ts'
import type { Secrets } from '../core/secrets.ts'
import { becomeOf, type ConnectionDefaults, type ShellRequest, settingsOf } from './connection-settings.ts'

/** The open connections of a run, one for each way to reach a host. */
export interface Connections {
  shell(request: ShellRequest): Promise<Shell>
  /** The shell that `shell` would give, if it is open already. @throws as `shell` for settings that are wrong */
  opened(request: ShellRequest): Shell | undefined
  /**
   * Opens over SSH what a task will ask for soon, while other things are waited for.
   * @returns undefined where it is not opened; then, or when that fails, the task tells
   * @throws as `shell` for wrong settings
   */
  begin(request: ShellRequest, options: BeginOptions): Promise<Shell | undefined>
  /** Closes the connections of hosts; their next task opens new ones. */
  reset(hosts: readonly string[]): Promise<void>
  /** Says where warnings go; until then they are kept. */
  warnTo(warn: (message: string) => void): void
  /** Closes those that stand, and gives up those that are being opened. */
  close(): Promise<void>
}

export interface BeginOptions {
  /** Who asks next gets a failure to connect, too, instead of a second attempt. */
  readonly keepFailure: boolean
}

/** Opens connections as tasks need them and keeps them until the run ends. */
export function createConnections(defaults: ConnectionDefaults, secrets: Secrets): Connections {
  const connections = new Map<string, Promise<Connection>>()
  const shells = new Map<string, Map<string, Shell>>()
  const standing = new Set<Connection>()
  // Those whose failure is for whoever asks first.
  const begun = new Set<string>()
  const ending = new AbortController()
  // Each connection that is being opened listens for the end.
  setMaxListeners(0, ending.signal)
  const untold: string[] = []
  let tell = (message: string): void => void untold.push(message)
  // One object a run: logins to jump hosts are shared by those who bring the same hooks.
  const hooks = { warn: (message: string) => tell(message), signal: ending.signal }

  function connect(request: ShellRequest): Promise<Connection> {
    const own = settingsOf(request, defaults)
    // Tasks that wait for a host have other patience, and the connection is the same.
    const key = JSON.stringify(own)
    const known = connections.get(key)
    if (known !== undefined) return known
    if (own.password !== undefined) secrets.add(own.password)
    const settings = { ...own, connectTimeout: request.connectTimeout ?? own.connectTimeout }
    const connection = openConnection(settings, hooks)
    connections.set(key, connection)
    connection.then(
      (one) => standing.add(one),
      // A host that could not be reached now may be reached later: after `wait_for` on another host, for example.
      () => begun.has(key) || connections.delete(key),
    )
    return connection
  }

  async function open(request: ShellRequest): Promise<Shell> {
    const become = becomeOf(request, defaults)
    if (become?.password !== undefined) secrets.add(become.password)
    const key = JSON.stringify(settingsOf(request, defaults))
    const shell = await (await connect(request)).shell(become)
    const ofUsers = shells.get(key) ?? new Map<string, Shell>()
    shells.set(key, ofUsers.set(JSON.stringify(become ?? null), shell))
    return shell
  }

  return {
    shell: async (request) => {
      const key = JSON.stringify(settingsOf(request, defaults))
      if (begun.delete(key)) connections.get(key)?.catch(() => connections.delete(key))
      return open(request)
    },
    opened: (request) =>
      shells
        .get(JSON.stringify(settingsOf(request, defaults)))
        ?.get(JSON.stringify(becomeOf(request, defaults) ?? null)),
    begin: async (request, { keepFailure }) => {
      const settings = settingsOf(request, defaults)
      const become = becomeOf(request, defaults)
      // sudo and doas do without a password that is not known yet, or fail; su would ask for it.
      if (settings.kind !== 'ssh' || (become?.method === 'su' && become.password === undefined)) return
      if (keepFailure) begun.add(JSON.stringify(settings))
      return open(request).catch(() => undefined)
    },
    reset: async (hosts) => {
      for (const [key, connection] of connections) {
        if (!hosts.includes((JSON.parse(key) as ConnectionSettings).host)) continue
        connections.delete(key)
        shells.delete(key)
        // One that never stood, or whose link is dead, has nothing more to close.
        await connection
          .then((one) => {
            standing.delete(one)
            return one.close()
          })
          .catch(() => {})
      }
    },
    warnTo: (warn) => {
      tell = warn
      untold.splice(0).forEach(warn)
    },
    close: async () => {
      const closing = [...standing].map((connection) => connection.close())
      await Promise.allSettled(closing)
      ending.abort()
      await Promise.allSettled(connections.values())
    },
  }
}
