import { ArgumentError, messageOf, TimeoutError, UnreachableError } from '../core/errors.ts'
import { quote, type Script } from '../core/quote.ts'
import type { Reply, RequestOptions, Shell } from '../core/remote.ts'
import { withDeadline } from './deadline.ts'
import { endDescendants } from './end-request.ts'
import { openLimit } from './limit.ts'
import type { OpenSession } from './open-session.ts'

/** How long a request that was ended may take to answer before its shell is given up, in seconds. */
const GRACE = 3

/** A shell that can be told to end before one waits for its end. */
export interface ClosingShell extends Shell {
  /** Ends its requests, takes no more of them, and tells the shell on the target to exit. */
  end(): Promise<void>
}

/**
 * The shell of one user: queues requests, bounds them in time, and opens a new session when the old one is gone.
 * @param open opens a session; the private folder of a session that is gone is named to the next
 */
export async function createShell(
  where: string,
  open: (stale?: string) => Promise<OpenSession>,
): Promise<ClosingShell> {
  let current = await open()
  let last: Promise<unknown> = Promise.resolve()
  // The answers that somebody waits for.
  const wanted = new Set<Promise<unknown>>()
  // Requests that wait for their turn. What is read ahead must not overtake them.
  let waiting = 0
  const closing = new AbortController()

  async function ready(): Promise<OpenSession> {
    if (closing.signal.aborted) throw new UnreachableError(`${where}: the connection is closed`)
    if (current.session.over) current = await open(current.target.temp)
    return current
  }

  async function run(script: Script, options: RequestOptions): Promise<Reply> {
    const opened = await ready()
    const reply = opened.session.run(subshell(script, opened), options.onOutput)
    options.sent?.()
    return bounded(opened, reply, options)
  }

  async function bounded(
    { session, target }: OpenSession,
    reply: Promise<Reply>,
    options: RequestOptions,
  ): Promise<Reply> {
    const limit = openLimit(options.timeout, [options.signal, closing.signal])
    try {
      const first = await Promise.race([reply, limit.reached])
      if (typeof first !== 'string') return first
      const left = await endRequest(session, target.pid, reply)
      throw new TimeoutError(`${where}: ${first}${left}`)
    } finally {
      limit.dispose()
    }
  }

  /** Ends what the request started and waits for its mark; gives what to say of processes that are left. */
  async function endRequest(
    session: OpenSession['session'],
    pid: number,
    reply: Promise<Reply>,
  ): Promise<string> {
    const answered = reply.then(
      () => true,
      () => false,
    )
    let second: OpenSession
    try {
      second = await open()
    } catch (error) {
      session.destroy()
      return `; its processes may still run, since no second shell could be had to end them: ${messageOf(error)}`
    }
    try {
      const ended = await second.session.run(endDescendants(pid))
      if (!(await withDeadline(answered, GRACE, () => false))) {
        await second.session.run(`kill -KILL ${pid} 2>/dev/null`)
        session.destroy()
      }
      const left = ended.stdout.toString('utf8').trim()
      return left === '' ? '' : `; processes that could not be ended: ${left}`
    } finally {
      void second.session.close()
    }
  }

  function want(answer: Promise<Reply>): Promise<Reply> {
    wanted.add(answer)
    const done = () => wanted.delete(answer)
    answer.then(done, done)
    return answer
  }

  async function end(): Promise<void> {
    closing.abort()
    // Nobody waits for what was read ahead in vain.
    await Promise.allSettled(wanted)
    current.session.end()
  }

  return {
    get target() {
      return current.target
    },
    async request(script, options = {}) {
      waiting += 1
      const turn = last.then(() => {
        waiting -= 1
        if (options.signal?.aborted) throw new TimeoutError(`${where}: the request was cancelled`)
        return run(script, options)
      })
      last = turn.catch(() => {})
      return want(turn)
    },
    readAhead(script) {
      if (waiting > 0 || closing.signal.aborted || current.session.over) return undefined
      const opened = current
      const reply = opened.session.run(subshell(script, opened))
      const before = last
      last = reply.then(
        () => before,
        () => before,
      )
      return (options = {}) => want(bounded(opened, reply, options))
    },
    end,
    async close() {
      await end()
      await current.session.close()
    },
  }
}

// A subshell, so that `exit` and `cd` end with it; eval, so that a syntax error is the script's own; no stdin,
// since the shell's is what requests come in on.
function subshell({ body, libraries }: Script, { libraries: known }: OpenSession): string {
  if (body.includes('\0')) throw new ArgumentError('a NUL byte cannot be part of a script')
  const unknown = libraries.filter((one) => !known.has(one))
  for (const one of unknown) known.set(one, `playscript_library_${known.size}`)
  // Kept as text and not as functions: a command of the user's must not meet them.
  const kept = unknown.map((one) => `${known.get(one)}=${quote(one)}\n`)
  const loaded = libraries.map((one) => `eval "$${known.get(one)}"; `)
  return `${kept.join('')}( ${loaded.join('')}eval ${quote(body)} ) </dev/null`
}
