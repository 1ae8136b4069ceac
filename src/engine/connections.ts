import { setMaxListeners } from 'node:events'
import { openConnection } from '../connection/index.ts'
import type { Become, CloseOptions, Connection, ConnectionSettings, Shell } from '../core/remote.ts'
import type { Secrets } from '../core/secrets.ts'
import { becomeOf, type ConnectionDefaults, type ShellRequest, settingsOf } from './connection-settings.ts'
import { createRoom } from './room.ts'

/** The open connections of a run, one for each way to reach a host. */
export interface Connections {
  /** The shell that a request asks for. It stays open until its holder releases it; then others may need its place. */
  shell(request: ShellRequest, holder: object): Promise<Shell>
  /** Says that a holder is done with its shells. */
  release(holder: object): void
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

/** A connection over SSH is one socket; the others start a program for each shell, at the ends of three pipes. */
function needOf({ settings, user }: Way): [part: string, descriptors: number] {
  return settings.kind === 'ssh' ? ['', 1] : [user, 3]
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
  const room = createRoom({
    evict: (key) => drop(key),
    tight: (limit, room) =>
      tell(
        `the limit of ${limit} open files (ulimit -n) has room for ${room} files of connections: idle ones are closed, and opened again when a task needs them`,
      ),
  })

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
      () => {
        room.left(key)
        if (!begun.has(key)) connections.delete(key)
      },
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

  /** Closes one connection. One that never stood, or whose link is dead, has nothing more to close. */
  async function drop(key: string, options?: CloseOptions): Promise<void> {
    const connection = connections.get(key)
    connections.delete(key)
    shells.delete(key)
    await connection
      ?.then((one) => {
        standing.delete(one)
        return one.close(options)
      })
      .catch(() => {})
  }

  return {
    shell: async (request, holder) => {
      const way = wayOf(request)
      await room.enter(way.key, ...needOf(way), holder)
      if (begun.delete(way.key)) connections.get(way.key)?.catch(() => connections.delete(way.key))
      return open(way, request.connectTimeout).catch((error: unknown) => {
        if (!connections.has(way.key)) room.left(way.key)
        throw error
      })
    },
    release: room.release,
    opened: (request) => {
      const { key, user } = wayOf(request)
      return shells.get(key)?.get(user)
    },
    begin: async (request, { keepFailure, onShell }) => {
      const way = wayOf(request)
      const { settings, become } = way
      // sudo and doas do without a password that is not known yet, or fail; su would ask for it.
      if (settings.kind === 'local' || (become?.method === 'su' && become.password === undefined)) return
      const holder = {}
      if (!room.fits(way.key, ...needOf(way))) return
      await room.enter(way.key, ...needOf(way), holder)
      if (keepFailure) begun.add(way.key)
      await open(way, undefined, onShell).catch(() => {})
      room.release(holder)
    },
    reset: async (hosts) => {
      for (const key of connections.keys()) {
        if (!hosts.includes((JSON.parse(key) as ConnectionSettings).host)) continue
        await drop(key, { reset: true })
        room.left(key)
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
      room.close()
      await Promise.allSettled(connections.values())
    },
  }
}
