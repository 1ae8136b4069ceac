import { setTimeout as sleep } from 'node:timers/promises'
import { TaskError } from '../core/errors.ts'
import type { Step } from '../core/module.ts'
import type { RequestOptions, Shell } from '../core/remote.ts'
import type { Variables } from '../core/scope.ts'
import {
  asyncFolder,
  cleanupScript,
  type JobFiles,
  type JobStatus,
  jobFiles,
} from '../modules/async/status.ts'
import { type JobReader, overTime } from '../modules/async_status.ts'
import { prepareSteps, readOutputs } from './apply.ts'
import { newJobId } from './async-jobs.ts'
import { pollJob } from './async-poll.ts'
import { startScript } from './async-script.ts'
import type { ShellStep } from './compile.ts'
import type { Detach, Outcome, Work } from './execute.ts'
import { StaleError } from './guard.ts'

/** The longest that a timer of Node can wait, in milliseconds. */
const LONGEST = 2 ** 31 - 1

/** A task with the keyword `async`. */
export interface AsyncTask extends Pick<RequestOptions, 'timeout' | 'signal'> {
  /** Seconds that the task may take: its `async`. */
  readonly limit: number
  /** Seconds between looks at it; 0 goes on without it. */
  readonly poll: number
  readonly shell: Shell | undefined
  /** Opens the shell anew when its link was lost. */
  readonly reopen: () => Promise<Shell>
  /** The value of `ansible_async_dir`. */
  readonly folder: unknown
  readonly environment: Readonly<Record<string, string>>
  /** Keeps what `async_status` needs to know of a job. */
  readonly remember: (jid: string, reader: JobReader) => void
}

/**
 * Carries out a task's steps in a job on the target, which goes on when the link is lost and when the run ends, and is
 * ended after `limit` seconds. With `poll` above 0 the task waits for it; else `async_status` tells of it later.
 *
 * Steps that the controller must act in, and modules that work on the controller alone, are carried out here and now,
 * with `limit` as their timeout; where there is nothing to do, and so in check mode, no job starts either. Such a task
 * has finished when it returns, whatever its `poll` says, and has an `ansible_job_id` all the same.
 * Ansible: https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_async.html
 */
export function detach(task: AsyncTask): Detach {
  return async (work) => {
    const jid = newJobId()
    const { shell } = task
    const folder = shell === undefined ? undefined : asyncFolder(task.folder, shell.target.home)
    const files = folder === undefined ? undefined : jobFiles(folder, jid)
    const common = {
      started: 1,
      ansible_job_id: jid,
      ...(files === undefined ? {} : { results_file: files.record }),
    }
    if (shell === undefined || files === undefined || !isJob(work.steps)) return doNow(task, work, common)
    const read = await startJob(task, shell, { jid, files, work, steps: work.steps })
    task.remember(jid, (status) => (status.state === 'unknown' ? undefined : fieldsOf(read, status)))
    if (task.poll > 0) return awaitJob(task, shell, { files, read, common })
    const { changes, fields } = work.planned
    const diff = 'diff' in fields ? { diff: fields.diff } : {}
    return { changes, fields: { ...common, finished: 0, ...diff, changed: true } }
  }
}

function isJob(steps: readonly Step[]): steps is readonly ShellStep[] {
  return steps.length > 0 && steps.every((step) => step.kind !== 'act')
}

/** Gives a job's outcome. @throws {TaskError} when it failed */
type Read = (status: JobStatus) => Outcome

interface Job {
  readonly jid: string
  readonly files: JobFiles
  readonly work: Work
  readonly steps: readonly ShellStep[]
}

async function startJob(task: AsyncTask, shell: Shell, { jid, files, work, steps }: Job): Promise<Read> {
  const { limit, environment, timeout, signal } = task
  // What is uploaded must outlive the shell: it goes to the job's own folder.
  const lasting: Shell = { ...shell, target: { ...shell.target, temp: files.folder } }
  const { script, mark } = await prepareSteps(lasting, steps, { environment, timeout, signal })
  const setsid = shell.target.tools.has('setsid')
  const reply = await shell.request(startScript({ jid, files, limit, script, mark, setsid }), {
    timeout,
    signal,
  })
  if (reply.code !== 0) {
    const stderr = reply.stderr.toString('utf8')
    throw new TaskError(`the job did not start: ${stderr.trim() || `exit code ${reply.code}`}`, {
      result: { rc: reply.code, stderr },
    })
  }
  return ({ state, record, stdout, stderr }) => {
    if (state !== 'finished') throw new TaskError(GONE[state])
    if (record.expired === true) throw new TaskError(overTime(limit))
    const [code, start, end] = [record.rc, record.start, record.end].map(Number)
    const times = { start: start ?? 0, end: end ?? 0 }
    return work.conclude(readOutputs(steps, mark, { code: code ?? 1, stdout, stderr }, times))
  }
}

const GONE: Readonly<Record<Exclude<JobStatus['state'], 'finished'>, string>> = {
  unknown: 'could not find job',
  running: 'the job has not finished',
  lost: 'the job is gone: the host restarted, or it was ended',
}

async function awaitJob(
  task: AsyncTask,
  shell: Shell,
  { files, read, common }: { files: JobFiles; read: Read; common: Variables },
): Promise<Outcome> {
  const found = await pollJob({ ...task, shell }, files)
  // Whether that works or not, the result is known by now.
  await found.shell
    .request(cleanupScript(files), { timeout: task.timeout, signal: task.signal })
    .catch(() => {})
  return withJob(() => read(found.status), common)
}

async function doNow(task: AsyncTask, work: Work, common: Variables): Promise<Outcome> {
  const over = new AbortController()
  const ended = new AbortController()
  const late = async (): Promise<never> => {
    await sleep(Math.min(task.limit * 1000, LONGEST), undefined, { signal: ended.signal })
    over.abort()
    throw new TaskError(overTime(task.limit))
  }
  const signals = [task.signal, over.signal].filter((signal) => signal !== undefined)
  try {
    const carriedOut = work.carryOut(AbortSignal.any(signals))
    const outcome = await withJob(() => Promise.race([carriedOut, late()]), common)
    task.remember(String(common.ansible_job_id), () => withoutDiff(outcome.fields))
    return outcome
  } finally {
    ended.abort()
  }
}

// A failed task tells of its job as well.
async function withJob(work: () => Outcome | Promise<Outcome>, common: Variables): Promise<Outcome> {
  const job = { ...common, finished: 1 }
  try {
    const { changes, fields } = await work()
    return { changes, fields: { ...job, ...fields } }
  } catch (error) {
    if (!(error instanceof TaskError) || error instanceof StaleError) throw error
    throw new TaskError(error.message, { cause: error, result: { ...job, ...error.result } })
  }
}

function fieldsOf(read: Read, status: JobStatus): Variables {
  try {
    return withoutDiff(read(status).fields)
  } catch (error) {
    if (!(error instanceof TaskError)) throw error
    return { ...error.result, failed: true, msg: error.message }
  }
}

// The task that started the job has shown it.
function withoutDiff({ diff: _shown, ...fields }: Variables): Variables {
  return fields
}
