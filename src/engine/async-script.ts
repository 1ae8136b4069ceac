import { dirname } from 'node:path'
import { endDescendants } from '../connection/end-request.ts'
import { PLACE } from '../core/place.ts'
import { Script, sh } from '../core/quote.ts'
import type { JobFiles } from '../modules/async/status.ts'

/** A job about to start on a target. */
export interface NewJob {
  readonly jid: string
  readonly files: JobFiles
  /** Seconds after which it is ended. */
  readonly limit: number
  /** What it runs, and the mark that ends the output of each of its steps. */
  readonly script: Script
  readonly mark: string
  /** Whether the target has `setsid`. */
  readonly setsid: boolean
}

/**
 * A script that starts a job and returns once the job holds all it needs, so that it lives on whatever becomes of
 * the link. A job is three processes: the worker runs the script, in a session of its own; the watchdog ends it and
 * all its processes when the time is over; the supervisor keeps the record. The script travels through pipes: it may
 * hold secrets, which an argument list would show to everybody. The record is replaced by rename(2), so that nobody
 * reads half of one.
 */
export function startScript(job: NewJob): Script {
  const { files } = job
  const apart = new Script(job.setsid ? 'setsid' : '')
  return sh`${PLACE}u=$(umask); umask 077
mkdir -p -- ${dirname(files.record)} || exit 1
( place_keep ${files.folder} ) || exit 1
printf %s ${job.script.text} | ${apart} sh -c ${supervisor(job, apart).text} sh "$u"
[ -s ${`${files.folder}/pid`} ]`
}

// Its first command takes the script, so that the starter need not wait for more; the record comes before the job,
// which may be done in no time. Where there is no setsid (macOS, the BSDs), ignoring the hang-up must do.
function supervisor(job: NewJob, apart: Script): Script {
  const { record, folder } = job.files
  return sh`${job.setsid ? new Script('') : sh`trap '' HUP`}
playscript_script=$(cat); u=$1; f=${record}; j=${folder}
exec </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
now() { n=$(date +%s.%N); case $n in *[!0-9.]*) n=$(date +%s) ;; esac; printf %s "$n"; }
record() {
  printf '{\n  %s,\n  "finished": %s,\n  "rc": %s,\n  "start": %s,\n  "end": %s,\n  "expired": %s\n}\n' \
    ${staticFields(job)} "$1" "$2" "$begin" "$3" "$4" >"$j/record" && mv -f -- "$j/record" "$f"
}
end_processes() {${END_WORKER}
}
watch() {
  p=; trap 'kill $p; exit' TERM
  sleep ${Math.ceil(job.limit)} & p=$!
  wait $p || exit
  touch "$j/expired"
  kill -STOP $w
  end_processes
  kill -KILL -- -$w || kill -KILL $w
}
supervise() {
  printf %s "$playscript_script" | ${apart} sh -c ${WORKER} sh "$u" >"$j/stdout" 2>"$j/stderr" & w=$!
  watch & t=$!
  wait $w; r=$?
  expired=false
  if [ -e "$j/expired" ]; then expired=true; else kill $t; fi
  wait $t
  c=$(sed -n ${`s/^.*${job.mark} \\([0-9]*\\)$/\\1/p`} "$j/stdout" | tail -n 1)
  { [ $r -eq 0 ] && [ -n "$c" ]; } || c=$r
  record 1 $c "$(now)" $expired
}
begin=$(now)
record 0 null null false
supervise &
printf %s $! >"$j/pid"`
}

// Whatever its first step reads, it is not the script.
const WORKER = `umask "$1"; shift; eval "exec </dev/null
$(cat)"`

// The worker is stopped by then, so that it starts nothing more; it is ended last, after all its descendants.
const END_WORKER = new Script(endDescendants(0).replace('root=0', 'root=$w'))

function staticFields({ jid, files, limit, mark }: NewJob): string {
  const fields = {
    ansible_job_id: jid,
    results_file: files.record,
    stdout_file: `${files.folder}/stdout`,
    stderr_file: `${files.folder}/stderr`,
    mark,
    time_limit: limit,
    started: 1,
  }
  return Object.entries(fields)
    .map(([name, value]) => `"${name}": ${JSON.stringify(value)}`)
    .join(',\n  ')
}
