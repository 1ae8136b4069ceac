import { setMaxListeners } from 'node:events'
import { openConnection } from '../connection/index.ts'
import type { Become, Connection, ConnectionSettings, Shell } from '../core/remote.ts'
import type { Secrets } from '../core/secrets.ts'
import { becomeOf, type ConnectionDefaults, type ShellRequest, settingsOf } from './connection-settings.ts'

/** The open connections of a run, one for each way to reach a host. */
export interface Connections {
  shell(request: ShellRequest): Promise<Shell>
  /** The shell that `shell` would give, if it is open already. @throws as `shell` for settings that are wrong */
  opened(request: ShellRequest): Shell | undefined
  /**
   * Opens, other than on the controller itself, what a task will ask for soon, while other things are waited for.
   * Where it is not opened, or that fails, the task tells.
   * @throws as `shell` for wrong settings
   */
  begin(request: ShellRequest, options: BeginOptions): Promise<void>
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
  /** Gets the shell as soon as it stands, before whoever waits for it. */
  readonly onShell?: (shell: Shell) => void
}

/** How a request reaches its shell. */
interface Way {
  readonly settings: ConnectionSettings
  /** The connection: tasks that wait for a host have other patience, and the connection is the same. */
  readonly key: string
  readonly become: Become | undefined
  readonly user: string
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

  function wayOf(request: ShellRequest): Way {
    const settings = settingsOf(request, defaults)
    const become = becomeOf(request, defaults)
    return { settings, key: JSON.stringify(settings), become, user: JSON.stringify(become ?? null) }
  }

  function connect({ settings, key }: Way, connectTimeout = settings.connectTimeout): Promise<Connection> {
    const known = connections.get(key)
    if (known !== undefined) return known
    const connection = openConnection({ ...settings, connectTimeout }, hooks)
    connections.set(key, connection)
    connection.then(
      (one) => standing.add(one),
      // A host that could not be reached now may be reached later: after `wait_for` on another host, for example.
      () => begun.has(key) || connections.delete(key),
    )
    return connection
  }

  async function open(way: Way, connectTimeout?: number, onShell?: BeginOptions['onShell']): Promise<Shell> {
    secrets.add(way.settings.password, `the password of a login to ${way.settings.host}`)
    secrets.add(way.become?.password, `the password that becomes ${way.become?.user} on ${way.settings.host}`)
    const shell = await (await connect(way, connectTimeout)).shell(way.become)
    const ofUsers = shells.get(way.key) ?? new Map<string, Shell>()
    shells.set(way.key, ofUsers.set(way.user, shell))
    onShell?.(shell)
    return shell
  }

  return {
    shell: async (request) => {
      const way = wayOf(request)
      if (begun.delete(way.key)) connections.get(way.key)?.catch(() => connections.delete(way.key))
      return open(way, request.connectTimeout)
    },
    opened: (request) => {
      const { key, user } = wayOf(request)
      return shells.get(key)?.get(user)
    },
    begin: async (request, { keepFailure, onShell }) => {
      const way = wayOf(request)
      const { settings, become } = way
      // sudo and doas do without a password that is not known yet, or fail; su would ask for it.
      if (settings.kind === 'local' || (become?.method === 'su' && become.password === undefined)) return
      if (keepFailure) begun.add(way.key)
      await open(way, undefined, onShell).catch(() => {})
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
            return one.close({ reset: true })
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
