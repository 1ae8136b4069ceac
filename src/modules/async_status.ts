import { type Controller, defineModule, type Finish, type Plan } from '../core/module.ts'
import type { Variables } from '../core/scope.ts'
import {
  asyncFolder,
  cleanupScript,
  type JobFiles,
  type JobStatus,
  jobFiles,
  readStatus,
  statusScript,
} from './async/status.ts'
import { outputFields } from './commands/outcome.ts'

/**
 * Turns what a finished job left into the fields of the task that started it; undefined when the job is not there
 * any more. A task that needed no job has its fields without.
 */
export type JobReader = (status: JobStatus) => Variables | undefined

/** What the engine adds to a controller: the jobs that tasks of this run started on this host. */
export interface JobKeeper {
  job(jid: string): JobReader | undefined
}

/**
 * Tell how a task is doing that runs by itself (`async` with `poll: 0`). A job of this run gives the fields of the
 * task that started it; of a job of another run there are its exit code and output. `mode: cleanup` removes what
 * the job left, and does not end it. Other than in Ansible a job that is over its time has `finished: 1`, and fails.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/async_status_module.html
 *
 * @example
 * { async_status: { jid: '{{ upgrade.ansible_job_id }}' }, register: 'job', until: 'job.finished', retries: 30 }
 */
export const async_status = defineModule({
  name: 'async_status',
  doc: 'Tell how a task is doing that runs by itself',
  args: {
    jid: { type: 'str', required: true, doc: 'The job, as ansible_job_id names it' },
    mode: {
      type: 'str',
      choices: ['status', 'cleanup'],
      default: 'status',
      doc: 'Read the job, or remove what it left',
    },
  },
  prepare: ({ jid }, controller) => ({
    folder: controller.variables.has('ansible_async_dir')
      ? controller.variables.get('ansible_async_dir')
      : undefined,
    reader: readerOf(controller, jid),
  }),
  probe({ jid }, { local, target }) {
    const files = jobFiles(asyncFolder(local.folder, target.home), jid)
    return files === undefined ? undefined : statusScript(files)
  },
  parse: ({ bytes }) => readStatus(bytes),
  plan({ jid, mode }, status: JobStatus | undefined, { local, target }): Plan {
    const folder = asyncFolder(local.folder, target.home)
    const files = jobFiles(folder, jid)
    const common = { ansible_job_id: jid, ...outputFields('', '') }
    const results_file = `${folder}/${jid}`
    const reader = local.reader ?? plainReader
    if (files === undefined || status === undefined || !isThere(status, reader)) {
      const where = mode === 'cleanup' ? { erased: results_file } : { results_file }
      return failing('could not find job', { ...common, ...where, started: 1, finished: 1 })
    }
    if (mode === 'cleanup') return cleanup(files, common)
    const seen = { ...common, results_file, started: 1 }
    if (status.state === 'running') return { changes: [], steps: [], result: { ...seen, finished: 0 } }
    const done = { ...seen, finished: 1 }
    if (status.state === 'lost') return failing('the job is gone: the host restarted, or it was ended', done)
    return conclude(status, reader, done)
  },
  finish: (_outputs, _args, { result }): Finish => (result?.changed === true ? { changed: true } : {}),
})

function readerOf(controller: Controller & Partial<JobKeeper>, jid: string): JobReader | undefined {
  return controller.job?.(jid)
}

function isThere(status: JobStatus, reader: JobReader): boolean {
  return status.state !== 'unknown' || reader(status) !== undefined
}

function failing(msg: string, result: Variables): Plan {
  return { changes: [], steps: [], failed: msg, result }
}

function cleanup(files: JobFiles, common: Variables): Plan {
  return {
    changes: [],
    steps: [{ kind: 'script', script: cleanupScript(files), label: `remove ${files.record}` }],
    result: { ...common, started: 0, finished: 0, erased: files.record },
  }
}

// The fields are those of the job, `changed` too: this task changes nothing by itself, so there is no change to list.
function conclude(status: JobStatus, reader: JobReader, done: Variables): Plan {
  const fields = reader(status) ?? {}
  const result = { ...done, ...fields }
  if (fields.failed === true) return failing(String(fields.msg ?? 'failed'), result)
  return { changes: [], steps: [], result }
}

/** The fields of a job of another run: the last exit code and all output. */
export function plainReader({ state, record, stdout, stderr }: JobStatus): Variables | undefined {
  if (state === 'unknown') return undefined
  const mark = String(record.mark ?? '')
  const clean = (text: string, pattern: string) =>
    mark === '' ? text : text.replaceAll(new RegExp(`${mark}${pattern}\n`, 'g'), '')
  const strip = (text: string) => text.replace(/[\r\n]+$/, '')
  const rc = Number(record.rc ?? 1)
  const failed = rc !== 0 || record.expired === true
  return {
    ...outputFields(
      strip(clean(stdout.toString('utf8'), ' \\d+')),
      strip(clean(stderr.toString('utf8'), '')),
    ),
    rc,
    changed: !failed,
    failed,
    msg: record.expired === true ? overTime(record.time_limit) : failed ? 'non-zero return code' : '',
  }
}

/** What a task says whose job was ended since its time was over. @param seconds what `async` allowed */
export function overTime(seconds: unknown): string {
  return `async task did not complete within the requested time - ${String(seconds)}s`
}
