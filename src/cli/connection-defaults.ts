import { UsageError } from '../core/errors.ts'
import type { ConnectionDefaults } from '../engine/connection-settings.ts'
import { ask } from './ask.ts'
import type { Settings } from './config/settings.ts'
import type { Io } from './io.ts'
import type { Options } from './options.ts'

/**
 * What the command line, and where that is silent the settings, say of connections; passwords are asked for here, once
 * for all hosts.
 */
export async function connectionDefaults(
  options: Options,
  settings: Settings,
  io: Io,
): Promise<ConnectionDefaults> {
  const password = (options['ask-pass'] ?? settings.ask_pass) ? await ask('SSH password: ', io) : undefined
  const method = options['become-method'] ?? settings.become_method ?? 'sudo'
  const becomePassword =
    (options['ask-become-pass'] ?? settings.become_ask_pass)
      ? await ask(`BECOME password (${method}): `, io)
      : undefined
  return {
    connection: options.connection ?? settings.transport,
    user: options.user ?? settings.remote_user,
    port: settings.remote_port,
    privateKeyFile: options['private-key'] ?? settings.private_key_file,
    hostKeyChecking: settings.host_key_checking,
    sshArgs: settings.ssh_args,
    sshCommonArgs: settings.ssh_common_args,
    sshExtraArgs: settings.ssh_extra_args,
    shellExecutable: settings.executable,
    become: options.become ?? settings.become,
    becomeUser: options['become-user'] ?? settings.become_user,
    becomeMethod: options['become-method'] ?? settings.become_method,
    becomeExe: settings.become_exe,
    becomeFlags: settings.become_flags,
    timeout: seconds(options.timeout) ?? settings.timeout,
    password,
    becomePassword: becomePassword === '' ? password : becomePassword,
  }
}

function seconds(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const value = Number(given)
  if (value > 0) return value
  throw new UsageError(`--timeout is '${given}'; it must be a number of seconds above 0`)
}
