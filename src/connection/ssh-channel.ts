import type { ClientChannel } from 'ssh2'
import { type Channel, type Ending, streamChannel } from './channel.ts'
import type { SshClient } from './ssh-run.ts'

/** How long the last output may come after the exit code, in milliseconds. */
const LAST_OUTPUT = 1000

/**
 * Runs a command in a session channel of its own.
 * @throws Error `open failed` when the server's MaxSessions is used up
 */
export function execChannel(ssh: SshClient, command: string): Promise<Channel> {
  return new Promise((resolve, reject) => {
    void ssh.gone.then((reason) => reject(new Error(reason)))
    ssh.client.exec(command, (error, stream) => {
      if (error) reject(error)
      else resolve(channelOf(ssh, stream))
    })
  })
}

function channelOf(ssh: SshClient, stream: ClientChannel): Channel {
  const ended = new Promise<Ending>((resolve) => {
    let exit: Ending | undefined
    const finish = (): void => resolve(exit ?? { kind: 'exit', code: undefined, signal: undefined })
    stream.once('exit', (code: number | null, signal?: string) => {
      exit = { kind: 'exit', code: code ?? undefined, signal: signal ?? undefined }
      setTimeout(finish, LAST_OUTPUT)
    })
    // Without an exit code, the link may be going down: the news of that comes right after.
    stream.once('close', () => (exit === undefined ? setTimeout(finish, LAST_OUTPUT) : finish()))
    void ssh.gone.then((reason) => resolve(exit ?? { kind: 'lost', reason }))
  })
  return streamChannel({ stdin: stream, stdout: stream, stderr: stream.stderr }, ended, () =>
    stream.destroy(),
  )
}
