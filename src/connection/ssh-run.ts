import type { Client } from 'ssh2'
import type { ConnectionSettings } from '../core/remote.ts'
import type { ConnectionHooks } from './hooks.ts'
import type { SshArguments } from './ssh-arguments.ts'

/** A server to log in to: the host itself, or a hop on the way to it. */
export interface DialTarget
  extends Pick<
    ConnectionSettings,
    | 'host'
    | 'address'
    | 'port'
    | 'user'
    | 'password'
    | 'privateKeyFile'
    | 'hostKeys'
    | 'hostKeyChecking'
    | 'connectTimeout'
  > {
  readonly sshArguments: SshArguments
  /** How many hops have been taken on the way here. */
  readonly depth?: number
}

/** A login that stands. */
export interface SshClient {
  readonly client: Client
  readonly where: string
  /** Resolves with the reason when the link is lost or closed. */
  readonly gone: Promise<string>
  readonly alive: boolean
  close(): void
}

/** What the SSH connections of one run share. */
export interface SshRun {
  readonly hooks: ConnectionHooks
  /** Logins to jump hosts, used by all hosts behind them. */
  readonly jumps: Map<string, Jump>
}

/** A login to a jump host, and how many connections go over it. */
export interface Jump {
  readonly client: Promise<SshClient>
  users: number
}
