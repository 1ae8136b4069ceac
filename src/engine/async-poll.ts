import { setTimeout as sleep } from 'node:timers/promises'
import { ShellLostError, TaskError, UnreachableError } from '../core/errors.ts'
import type { RequestOptions, Shell } from '../core/remote.ts'
import { type JobFiles, type JobStatus, readStatus, statusScript } from '../modules/async/status.ts'

/** Seconds that the target is given to end a job whose time is over, and between looks while it does. */
const GRACE = 15
const CLOSE_LOOK = 0.3

/** Whom to ask, how often and how long. */
export interface Polling extends Pick<RequestOptions, 'timeout' | 'signal'> {
  readonly limit: number
  readonly poll: number
  readonly shell: Shell
  readonly reopen: () => Promise<Shell>
}

/** How a job ended, and the shell that told. */
export interface Polled {
  readonly status: JobStatus
  readonly shell: Shell
}

/**
 * Looks at a job every `poll` seconds until it has finished; the target ends it when its time is over. A lost link is
 * opened again at the next look: the job goes on without it.
 * @throws {UnreachableError} {ShellLostError} the link was lost and did not come back in the job's time
 * @throws {TaskError} the target did not end the job  @throws the signal's reason
 */
export async function pollJob(polling: Polling, files: JobFiles): Promise<Polled> {
  const { limit, poll, reopen, timeout, signal } = polling
  const begin = performance.now()
  const left = () => limit - (performance.now() - begin) / 1000
  let shell: Shell | undefined = polling.shell
  for (;;) {
    const wait = left() > 0 ? Math.min(poll, left() + CLOSE_LOOK) : CLOSE_LOOK
    await sleep(wait * 1000, undefined, signal === undefined ? {} : { signal })
    try {
      shell ??= await reopen()
      const reply = await shell.request(statusScript(files), { timeout, signal })
      const status = readStatus(reply.stdout)
      if (status.state !== 'running') return { status, shell }
      if (left() < -GRACE) throw new TaskError(`the job ${files.record} is over its time and does not end`)
    } catch (error) {
      const isLost = error instanceof UnreachableError || error instanceof ShellLostError
      if (!isLost || left() < 0 || signal?.aborted) throw error
      shell = undefined
    }
  }
}
