import { UsageError } from '../core/errors.ts'
import type { ConnectionDefaults } from '../engine/connections.ts'
import { ask } from './ask.ts'
import type { Io } from './io.ts'
import type { Options } from './options.ts'

/** What the command line says of connections; passwords are asked for here, once for all hosts. */
export async function connectionDefaults(options: Options, io: Io): Promise<ConnectionDefaults> {
  const password = options['ask-pass'] ? await ask('SSH password: ', io) : undefined
  const method = options['become-method'] ?? 'sudo'
  const becomePassword = options['ask-become-pass']
    ? await ask(`BECOME password (${method}): `, io)
    : undefined
  return {
    connection: options.connection,
    user: options.user,
    privateKeyFile: options['private-key'],
    become: options.become,
    becomeUser: options['become-user'],
    becomeMethod: options['become-method'],
    timeout: seconds(options.timeout),
    password,
    becomePassword: becomePassword === '' ? password : becomePassword,
  }
}

function seconds(given: string | undefined): number {
  const value = Number(given ?? 10)
  if (value > 0) return value
  throw new UsageError(`--timeout is '${given}'; it must be a number of seconds above 0`)
}
