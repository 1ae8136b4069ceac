import { homedir } from 'node:os'
import { toBoolean } from '../core/coerce.ts'
import { TaskError } from '../core/errors.ts'
import type { Become, ConnectionSettings } from '../core/remote.ts'
import type { Scope } from '../core/scope.ts'
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

/** A shell that somebody wants. */
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
  // As in Ansible the older names go before today's: those always have a value where a task runs.
  const port = variable('ansible_ssh_port', 'ansible_port') ?? text(keywords.port) ?? text(defaults.port)
  const key = variable('ansible_ssh_private_key_file', 'ansible_private_key_file') ?? defaults.privateKeyFile
  const checking = variable('ansible_ssh_host_key_checking', 'ansible_host_key_checking')
  const timeout = variable('ansible_ssh_timeout', 'ansible_timeout')
  const sshArgs = [
    variable('ansible_ssh_args') ?? defaults.sshArgs,
    variable('ansible_ssh_common_args') ?? defaults.sshCommonArgs,
    variable('ansible_ssh_extra_args') ?? defaults.sshExtraArgs,
  ].filter((args) => args !== undefined)
  const kind = connectionKind(
    variable('ansible_connection') ?? text(keywords.connection) ?? defaults.connection ?? 'ssh',
  )
  return {
    host,
    kind,
    address: variable('ansible_ssh_host', 'ansible_host') ?? host,
    port: port === undefined ? undefined : Number(port),
    user: variable('ansible_ssh_user', 'ansible_user') ?? text(keywords.remote_user) ?? defaults.user,
    password: variable('ansible_ssh_password', 'ansible_ssh_pass', 'ansible_password') ?? defaults.password,
    privateKeyFile: key?.replace(/^~(?=\/|$)/, homedir()),
    sshArgs: sshArgs.length === 0 ? undefined : sshArgs.join(' '),
    hostKeys: hostKeysOf(request.trusted),
    hostKeyChecking: checking === undefined ? defaults.hostKeyChecking : toBoolean(checking),
    connectTimeout: timeout === undefined ? defaults.timeout : Number(timeout),
    shellExecutable: variable('ansible_shell_executable') ?? defaults.shellExecutable ?? '/bin/sh',
    ...(kind === 'local' ? { folder: variable('playbook_dir') } : {}),
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
