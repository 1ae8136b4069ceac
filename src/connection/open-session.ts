import { UnreachableError } from '../core/errors.ts'
import type { Become, ConnectionSettings, Target } from '../core/remote.ts'
import { becomeUser } from './become.ts'
import type { Channel, Ending, Link } from './channel.ts'
import { withDeadline } from './deadline.ts'
import { helloScript, readHello } from './hello.ts'
import { createSession, type Session } from './session.ts'
import { shellLost } from './shell-lost.ts'

/** A shell that has said who and where it is. */
export interface OpenSession {
  readonly session: Session
  readonly target: Target
  /** The libraries that this shell holds, each with the variable that it is in. */
  readonly libraries: Map<string, string>
}

/**
 * Opens a channel, becomes the user, and says hello.
 * @param stale the private folder of a shell that this one replaces
 * @throws {UnreachableError} @throws {BecomeError}
 */
export async function openSession(
  link: Link,
  settings: Pick<ConnectionSettings, 'kind' | 'connectTimeout' | 'shellExecutable'>,
  { become, stale }: { become: Become | undefined; stale?: string | undefined },
): Promise<OpenSession> {
  const { where } = link
  const seconds = settings.connectTimeout
  const channel = await link.open()
  try {
    if (become !== undefined) {
      await becomeUser(channel, become, { where, seconds, shellExecutable: settings.shellExecutable })
    }
    const open = await greet(channel, { where, seconds, stale })
    return settings.kind === 'local' ? { ...open, target: { ...open.target, local: true } } : open
  } catch (error) {
    channel.destroy()
    throw error
  }
}

async function greet(
  channel: Channel,
  { where, seconds, stale }: { where: string; seconds: number; stale: string | undefined },
): Promise<OpenSession> {
  let greeted = false
  const session = createSession(channel, (ending, said) =>
    greeted ? shellLost(where, ending, said) : noShell(where, ending, said),
  )
  const reply = await withDeadline(session.run(helloScript(stale)), seconds, () => {
    throw new UnreachableError(`${where}: the login shell gave no answer within ${seconds} s`, {
      hint: 'Look for a start-up file that waits (such as ~/.bashrc), a forced command, or a slow login.',
    })
  })
  const target = readHello(reply.stdout.toString('utf8'))
  if (target === undefined) {
    throw new UnreachableError(
      `${where}: what answers there is no POSIX shell: ${reply.stderr.toString('utf8').trim()}`,
    )
  }
  greeted = true
  return { session, target, libraries: new Map() }
}

function noShell(where: string, ending: Ending, said: string): UnreachableError {
  if (ending.kind === 'lost') return new UnreachableError(`${where}: ${ending.reason}`)
  const how = ending.signal === undefined ? `exit code ${ending.code}` : ending.signal
  return new UnreachableError(
    `${where}: the login shell ended at once (${how}): ${said || 'it said nothing'}`,
    {
      hint: 'The user needs a login shell that runs commands (not nologin), and the host a POSIX shell at ansible_shell_executable.',
    },
  )
}
