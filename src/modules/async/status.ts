import { TaskError } from '../../core/errors.ts'
import { type Script, sh } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'
import { byName } from '../../core/values/dictionary.ts'
import { readJson } from '../../core/values/read-json.ts'

/** The folder of jobs where `ansible_async_dir` does not say otherwise, as in Ansible. */
export const ASYNC_DIR = '~/.ansible_async'

/** Where a job keeps what; the folder beside the record is the job's own. */
export interface JobFiles {
  readonly record: string
  readonly folder: string
}

/** What is known of a job: it never was, it runs, it has finished, or it is gone without a word (a restart). */
export interface JobStatus {
  readonly state: 'unknown' | 'running' | 'lost' | 'finished'
  /** The job's record as it stands in its file. */
  readonly record: Variables
  /** What its steps printed, with the marks between them; empty until it has finished. */
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** The folder of jobs on a target, from the value of `ansible_async_dir`. */
export function asyncFolder(value: unknown, home: string): string {
  const wanted = value === undefined || value === null || value === '' ? ASYNC_DIR : String(value)
  return wanted.replace(/^~(?=\/|$)/, home).replace(/(.)\/+$/, '$1')
}

/** The files of a job, or undefined when the name cannot be that of a job: it would lead out of the folder. */
export function jobFiles(folder: string, jid: string): JobFiles | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(jid) || jid.endsWith('.job')) return undefined
  return { record: `${folder}/${jid}`, folder: `${folder}/${jid}.job` }
}

/**
 * A script that reads a job and prints what `readStatus` reads. The record is looked at again once the job's
 * process is gone: it may have finished between the two looks.
 */
export function statusScript({ record, folder }: JobFiles): Script {
  return sh`f=${record} j=${folder}
r=$(cat -- "$f" 2>/dev/null) || { echo unknown 0; exit 0; }
s=running
case $r in
  *'"finished": 1'*) s=finished ;;
  *)
    if ! kill -0 "$(cat -- "$j/pid" 2>/dev/null)" 2>/dev/null; then
      r=$(cat -- "$f")
      case $r in *'"finished": 1'*) s=finished ;; *) s=lost ;; esac
    fi ;;
esac
o=0
[ $s != finished ] || [ ! -f "$j/stdout" ] || o=$(wc -c <"$j/stdout")
printf '%s %d
%s
' $s $o "$r"
[ $s = finished ] || exit 0
[ $o -eq 0 ] || head -c $o "$j/stdout"
[ ! -f "$j/stderr" ] || cat -- "$j/stderr"`
}

/** Reads what `statusScript` printed. @throws {TaskError} when the record is not what a job writes */
export function readStatus(bytes: Buffer): JobStatus {
  const head = bytes.indexOf('\n') + 1
  const [state = '', size = ''] = bytes.subarray(0, head).toString('utf8').trim().split(' ')
  if (state === 'unknown') return { state, record: {}, stdout: NONE, stderr: NONE }
  // No other line of a record is a brace alone.
  const end = bytes.indexOf('\n}\n', head) + 3
  const rest = bytes.subarray(end)
  return {
    state: state as JobStatus['state'],
    record: readRecord(bytes.subarray(head, end).toString('utf8')),
    stdout: rest.subarray(0, Number(size)),
    stderr: rest.subarray(Number(size)),
  }
}

const NONE = Buffer.alloc(0)

function readRecord(text: string): Variables {
  try {
    return byName(readJson(text)) ?? {}
  } catch (cause) {
    throw new TaskError(`the record of the job cannot be read: ${text.slice(0, 200)}`, { cause })
  }
}

/** A script that removes all that a job has left; the job itself is not ended. */
export function cleanupScript({ record, folder }: JobFiles): Script {
  return sh`rm -rf -- ${record} ${folder}`
}
