import { digestCommand } from '../core/digest.ts'
import { TaskError } from '../core/errors.ts'
import type { Expectation, FileExpectation, OutputExpectation } from '../core/expectation.ts'
import type { Step } from '../core/module.ts'
import { lines, quote, Script, sh } from '../core/quote.ts'
import type { Shell } from '../core/remote.ts'

/** The exit code of a step that was not carried out, since what it was planned from has changed. */
export const CHANGED = 117

/** How long to wait for a lock, in seconds. Whoever can read a directory can hold its lock, so the check decides. */
const PATIENCE = 10

/** What a step was planned from has changed since it was read: the step was not carried out. */
export class StaleError extends TaskError {
  readonly step: Step
  /** Whether steps before it were carried out, so that the task has changed something all the same. */
  begun = false

  constructor(step: Step) {
    super(`${step.label} was not carried out: what it was planned from has changed since`)
    this.step = step
  }
}

/** How long a lock is held at most between the requests of one task, in seconds, if the task does not release it. */
const LEASE = 15

/**
 * Shell text that takes the lock of a directory, which the subshell around it holds until it ends; `$l` is empty where
 * there is no lock. It needs no file of its own, so nothing can be planted in its place. A host without `flock`, and a
 * directory that cannot be read, are not locked.
 * @param directory a shell word
 */
export function lockDirectory(directory: string): Script {
  // ksh gives no descriptor above 2 to commands. Only util-linux knows -E and -w; busybox has to ask again and again.
  return new Script(`l=
if command -v flock >/dev/null 2>&1 && { command exec 9<${directory}; } 2>/dev/null; then
  if flock -n 0 <&9; then l=1
  else
    flock -E 75 -w ${PATIENCE} 0 <&9 2>/dev/null; r=$?; n=0
    while [ $r -ne 0 ] && [ $r -ne 75 ] && [ $n -lt ${PATIENCE * 20} ]; do
      n=$((n+1)); sleep 0.05 2>/dev/null || { n=$((n+19)); sleep 1; }
      flock -n 0 <&9 && r=0
    done
    [ $r -ne 0 ] || l=1
  fi
fi`)
}

/**
 * Locks a directory for several requests. What holds the lock is a process that ends by itself if it is not ended.
 * @returns what releases it; undefined where it cannot be locked
 */
export async function holdLock(
  shell: Shell,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<(() => Promise<void>) | undefined> {
  const script = sh`${lockDirectory(quote(directory))}
if [ -n "$l" ]; then sleep ${LEASE} 9<&9 >/dev/null 2>&1 & echo $!; fi`
  const { stdout } = await shell.request(script, { signal })
  const pid = Number(stdout.toString())
  if (!(pid > 1)) return undefined
  return async () => void (await shell.request(sh`kill ${pid} 2>/dev/null`, { signal }))
}

/**
 * Shell text that ends the script with `CHANGED` unless an expectation still holds, and keeps the lock if it does.
 * @param options.locked a directory that is locked already
 * @param options.at shell words for the directory and the file that the expectation is about, if the script has entered it
 */
export function guard(
  expected: Expectation,
  {
    locked,
    at,
  }: {
    readonly locked?: string | undefined
    readonly at?: { readonly directory: string; readonly file: string }
  },
): Script {
  const directory = directoryOf(expected)
  const lock = directory === locked ? undefined : lockDirectory(at?.directory ?? quote(directory))
  return lines(
    lock,
    'read' in expected ? outputCheck(expected) : fileCheck(expected, at?.file ?? quote(expected.path)),
  )
}

const DIGEST = digestCommand('sha1')

function outputCheck({ read, checksum }: OutputExpectation): Script {
  return sh`s=$( { ${read}
} | { ${DIGEST}; } )
${comparison(checksum)}`
}

function fileCheck({ checksum }: FileExpectation, file: string): Script {
  const path = new Script(file)
  return checksum === undefined
    ? sh`if [ -e ${path} ] || [ -L ${path} ]; then exit ${CHANGED}; fi`
    : sh`f=${path}; [ -f "$f" ] || f=/dev/null
s=$( { ${DIGEST}; } <"$f")
${comparison(checksum)}`
}

function comparison(checksum: string): Script {
  return new Script(`[ "\${s%% *}" = ${checksum} ] || exit ${CHANGED}`)
}

/** The directory to lock for an expectation. */
export function directoryOf(expected: Expectation): string {
  if ('read' in expected) return expected.lock
  const end = expected.path.lastIndexOf('/')
  return end < 0 ? '.' : expected.path.slice(0, end) || '/'
}
