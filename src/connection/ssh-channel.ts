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
    let timer: NodeJS.Timeout | undefined
    // The timer ends with what it waits for: left alone, it would keep the whole program waiting at its end.
    const finish = (ending: Ending): void => {
      clearTimeout(timer)
      resolve(ending)
    }
    const unknown: Ending = { kind: 'exit', code: undefined, signal: undefined }
    stream.once('exit', (code: number | null, signal?: string) => {
      const heard: Ending = { kind: 'exit', code: code ?? undefined, signal: signal ?? undefined }
      exit = heard
      timer = setTimeout(() => finish(heard), LAST_OUTPUT)
    })
    // Without an exit code, the link may be going down: the news of that comes right after.
    stream.once('close', () => {
      if (exit !== undefined) finish(exit)
      else timer = setTimeout(() => finish(unknown), LAST_OUTPUT)
    })
    void ssh.gone.then((reason) => finish(exit ?? { kind: 'lost', reason }))
  })
  return streamChannel({ stdin: stream, stdout: stream, stderr: stream.stderr }, ended, () =>
    stream.destroy(),
  )
}
