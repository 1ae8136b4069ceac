import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasProgram } from '../helpers/programs.ts'
import { until } from './processes.ts'

/** A server of the tests' own: on loopback, with its own keys and configuration, ended with the test's process. */
export interface Sshd {
  readonly port: number
  readonly folder: string
  /** A private key that every user of this machine accepts through this server. */
  readonly keyFile: string
  /** The server's public key, as in a `.pub` file. */
  readonly hostKey: string
  readonly pid: number
  stop(): void
}

/** Why the tests that need a server or users cannot run here; undefined when they can. */
export function sshdUnavailable(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root, to start sshd and make users'
  const missing = ['sshd', 'ssh', 'sudo'].filter((name) => !hasProgram(name))
  return missing.length > 0 ? `needs ${missing.join(', ')}` : undefined
}

/**
 * Starts a server and waits until it answers.
 * @param options lines of sshd_config(5), put before ours: the first value of an option wins
 */
export async function startSshd(options: readonly string[] = []): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'sshd-'))
  const port = await freePort()
  const hostKeyFile = join(folder, 'host_key')
  const keyFile = join(folder, 'user_key')
  for (const file of [hostKeyFile, keyFile]) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file])
  }
  const config = [
    ...options,
    ...(options.some((line) => line.startsWith('HostKey ')) ? [] : [`HostKey ${hostKeyFile}`]),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `AuthorizedKeysFile ${keyFile}.pub`,
    'StrictModes no',
    'PidFile none',
    'UsePAM yes',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'MaxStartups 100',
    'LogLevel VERBOSE',
  ]
  writeFileSync(join(folder, 'sshd_config'), `${config.join('\n')}\n`)
  // The key must be readable by whoever logs in: sshd reads it as that user.
  execFileSync('chmod', ['0755', folder])
  mkdirSync('/run/sshd', { recursive: true })
  const log = join(folder, 'log')
  const child = spawn('/usr/sbin/sshd', ['-D', '-E', log, '-f', join(folder, 'sshd_config')], {
    stdio: 'ignore',
  })
  child.unref()
  const stop = (): void => {
    child.kill()
    process.off('exit', stop)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', stop)
  const said = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '')
  await until(() => said().includes('Server listening') || child.exitCode !== null)
  if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}: ${said()}`)
  return {
    port,
    folder,
    keyFile,
    hostKey: readFileSync(`${hostKeyFile}.pub`, 'utf8').trim(),
    pid: child.pid ?? 0,
    stop,
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
