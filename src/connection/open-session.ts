import { type PlayscriptError, UnreachableError } from '../core/errors.ts'
import type { Become, ConnectionSettings, Target } from '../core/remote.ts'
import { type Becoming, becomeUser, notBecome, prepareBecome } from './become.ts'
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
  const becoming = become && prepareBecome(become, where, settings.shellExecutable)
  const channel = await link.open(becoming?.script)
  try {
    // The hello need not wait for the news that the user has changed, which would take a round trip of its own.
    const early = becoming?.unasked === true ? becoming : undefined
    if (becoming !== undefined && early === undefined) await becomeUser(channel, becoming, seconds)
    const ended = early === undefined ? noShell(where) : refusal(early)
    const open = await greet(channel, { where, seconds, stale, ended })
    return settings.kind === 'local' ? { ...open, target: { ...open.target, local: true } } : open
  } catch (error) {
    channel.destroy()
    throw error
  }
}

interface Greeting {
  readonly where: string
  readonly seconds: number
  readonly stale: string | undefined
  /** Makes the error of a channel that ended before the hello was answered. */
  readonly ended: (ending: Ending, said: string) => PlayscriptError
}

async function greet(channel: Channel, { where, seconds, stale, ended }: Greeting): Promise<OpenSession> {
  let greeted = false
  const session = createSession(channel, (ending, said) =>
    greeted ? shellLost(where, ending, said) : ended(ending, said),
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

const refusal =
  (becoming: Becoming) =>
  (ending: Ending, said: string): PlayscriptError =>
    notBecome(becoming, ending, said)

const noShell =
  (where: string) =>
  (ending: Ending, said: string): UnreachableError => {
    if (ending.kind === 'lost') return new UnreachableError(`${where}: ${ending.reason}`)
    const how = ending.signal === undefined ? `exit code ${ending.code}` : ending.signal
    return new UnreachableError(
      `${where}: the login shell ended at once (${how}): ${said || 'it said nothing'}`,
      {
        hint: 'The user needs a login shell that runs commands (not nologin), and the host a POSIX shell at ansible_shell_executable.',
      },
    )
  }
