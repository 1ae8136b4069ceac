import { homedir } from 'node:os'
import { openConnection } from '../connection/index.ts'
import { toBoolean } from '../core/coerce.ts'
import { TaskError } from '../core/errors.ts'
import type { Become, Connection, ConnectionSettings, Shell } from '../core/remote.ts'
import type { Scope } from '../core/scope.ts'
import type { Secrets } from '../core/secrets.ts'
import type { Inherited } from '../playbook/model.ts'

/** What the command line and the settings say of connections; variables and keywords say otherwise for single hosts and tasks. */
export interface ConnectionDefaults {
  readonly connection?: string | undefined
  readonly user?: string | undefined
  readonly port?: number | undefined
  readonly privateKeyFile?: string | undefined
  readonly hostKeyChecking?: boolean | undefined
  readonly sshArgs?: string | undefined
  readonly sshCommonArgs?: string | undefined
  readonly sshExtraArgs?: string | undefined
  readonly become?: boolean | undefined
  readonly becomeUser?: string | undefined
  readonly becomeMethod?: string | undefined
  readonly becomeFlags?: string | undefined
  readonly becomeExe?: string | undefined
  readonly shellExecutable?: string | undefined
  /** Seconds. */
  readonly timeout: number
  readonly password?: string | undefined
  readonly becomePassword?: string | undefined
}

/** The open connections of a run, one for each way to reach a host. */
export interface Connections {
  shell(request: ShellRequest): Promise<Shell>
  /** The shell that `shell` would give, if it is open already. @throws as `shell` for settings that are wrong */
  opened(request: ShellRequest): Shell | undefined
  /** Closes the connections of hosts; their next task opens new ones. */
  reset(hosts: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface ShellRequest {
  /** The host to reach. */
  readonly host: string
  /** Its variables, as the task sees them. */
  readonly scope: Scope
  /** Its variables without what it reported of itself. */
  readonly trusted: Scope
  /** The task's keywords, rendered. */
  readonly keywords: Inherited
  /** Seconds to wait for a connection, whatever else says how many. */
  readonly connectTimeout?: number | undefined
}

/** Opens connections as tasks need them and keeps them until the run ends. */
export function createConnections(
  defaults: ConnectionDefaults,
  secrets: Secrets,
  warn: (message: string) => void,
): Connections {
  const open = new Map<string, Promise<Connection>>()
  const shells = new Map<string, Map<string, Shell>>()
  // One object a run: logins to jump hosts are shared by those who bring the same hooks.
  const hooks = { warn }
  return {
    shell: async (request) => {
      const own = settingsOf(request, defaults)
      const settings = { ...own, connectTimeout: request.connectTimeout ?? own.connectTimeout }
      const become = becomeOf(request, defaults)
      for (const secret of [settings.password, become?.password])
        if (secret !== undefined) secrets.add(secret)
      // Tasks that wait for a host have other patience, and the connection is the same.
      const key = JSON.stringify(own)
      let connection = open.get(key)
      if (connection === undefined) {
        connection = openConnection(settings, hooks)
        open.set(key, connection)
        // A host that could not be reached now may be reached later: after `wait_for` on another host, for example.
        connection.catch(() => open.delete(key))
      }
      const shell = await (await connection).shell(become)
      const ofUsers = shells.get(key) ?? new Map<string, Shell>()
      shells.set(key, ofUsers.set(JSON.stringify(become ?? null), shell))
      return shell
    },
    opened: (request) =>
      shells
        .get(JSON.stringify(settingsOf(request, defaults)))
        ?.get(JSON.stringify(becomeOf(request, defaults) ?? null)),
    reset: async (hosts) => {
      for (const [key, connection] of open) {
        if (!hosts.includes((JSON.parse(key) as ConnectionSettings).host)) continue
        open.delete(key)
        shells.delete(key)
        // One that never stood, or whose link is dead, has nothing more to close.
        await connection.then((one) => one.close()).catch(() => {})
      }
    },
    close: async () => {
      await Promise.allSettled([...open.values()].map(async (connection) => (await connection).close()))
    },
  }
}

function reader({ scope }: ShellRequest) {
  return (...names: string[]): string | undefined => {
    const name = names.find((one) => scope.has(one) && scope.get(one) !== null)
    return name === undefined ? undefined : String(scope.get(name))
  }
}

function text(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value)
}

/**
 * How to reach a host: its variables win over keywords, and those over the command line
 * (Ansible: 'Controlling how Ansible behaves: precedence rules').
 */
export function settingsOf(request: ShellRequest, defaults: ConnectionDefaults): ConnectionSettings {
  const variable = reader(request)
  const { keywords, host } = request
  const port = variable('ansible_port', 'ansible_ssh_port') ?? text(keywords.port) ?? text(defaults.port)
  const key = variable('ansible_ssh_private_key_file', 'ansible_private_key_file') ?? defaults.privateKeyFile
  const checking = variable('ansible_host_key_checking', 'ansible_ssh_host_key_checking')
  const timeout = variable('ansible_timeout', 'ansible_ssh_timeout')
  const sshArgs = [
    variable('ansible_ssh_args') ?? defaults.sshArgs,
    variable('ansible_ssh_common_args') ?? defaults.sshCommonArgs,
    variable('ansible_ssh_extra_args') ?? defaults.sshExtraArgs,
  ].filter((args) => args !== undefined)
  return {
    host,
    kind: connectionKind(
      variable('ansible_connection') ?? text(keywords.connection) ?? defaults.connection ?? 'ssh',
    ),
    address: variable('ansible_host', 'ansible_ssh_host') ?? host,
    port: port === undefined ? undefined : Number(port),
    user: variable('ansible_user', 'ansible_ssh_user') ?? text(keywords.remote_user) ?? defaults.user,
    password: variable('ansible_password', 'ansible_ssh_password', 'ansible_ssh_pass') ?? defaults.password,
    privateKeyFile: key?.replace(/^~(?=\/|$)/, homedir()),
    sshArgs: sshArgs.length === 0 ? undefined : sshArgs.join(' '),
    hostKeys: hostKeysOf(request.trusted),
    hostKeyChecking: checking === undefined ? defaults.hostKeyChecking : toBoolean(checking),
    connectTimeout: timeout === undefined ? defaults.timeout : Number(timeout),
    shellExecutable: variable('ansible_shell_executable') ?? defaults.shellExecutable ?? '/bin/sh',
  }
}

const KINDS: Readonly<Record<string, ConnectionSettings['kind']>> = {
  ssh: 'ssh',
  smart: 'ssh',
  paramiko: 'ssh',
  openssh: 'openssh',
  local: 'local',
}

function connectionKind(word: string): ConnectionSettings['kind'] {
  const kind = KINDS[word.replace(/^ansible\.builtin\./, '')]
  if (kind === undefined)
    throw new TaskError(`ansible_connection is '${word}'; it must be one of: ssh, openssh, local`)
  return kind
}

// The host keys that the inventory vouches for, under the names of the facts of the same content.
function hostKeysOf(trusted: Scope): readonly string[] {
  return ['ed25519', 'ecdsa', 'rsa']
    .map((type) => `ansible_ssh_host_key_${type}_public`)
    .filter((name) => trusted.has(name))
    .map((name) => String(trusted.get(name)))
}

/** The user to become for a task, or undefined to stay who one is. */
export function becomeOf(request: ShellRequest, defaults: ConnectionDefaults): Become | undefined {
  const variable = reader(request)
  const { keywords } = request
  const wanted = variable('ansible_become') ?? text(keywords.become) ?? defaults.become ?? false
  if (!toBoolean(wanted)) return undefined
  const method =
    variable('ansible_become_method') ?? text(keywords.become_method) ?? defaults.becomeMethod ?? 'sudo'
  if (method !== 'sudo' && method !== 'su' && method !== 'doas') {
    throw new TaskError(`become_method is '${method}'; it must be one of: sudo, su, doas`)
  }
  return {
    user: variable('ansible_become_user') ?? text(keywords.become_user) ?? defaults.becomeUser ?? 'root',
    method,
    password:
      variable('ansible_become_password', 'ansible_become_pass', `ansible_${method}_pass`) ??
      defaults.becomePassword,
    flags: variable('ansible_become_flags') ?? text(keywords.become_flags) ?? defaults.becomeFlags,
    exe: variable('ansible_become_exe') ?? text(keywords.become_exe) ?? defaults.becomeExe,
  }
}
