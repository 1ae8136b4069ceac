import { initPid, type Machine } from './machine.ts'
import { must } from './run.ts'

/** Other file systems, whose mount points -xdev would still list, and what a running system changes by itself. */
const volatile = [
  ...['./proc', './sys', './dev', './run', './tmp'],
  ...['./var/log', './var/lib/systemd/timers', './var/lib/systemd/random-seed'],
]

const pruned = `\\( ${volatile.map((path) => `-path ${path}`).join(' -o ')} \\) -prune`

/**
 * Reads the tree from outside, through /proc/PID/root: nothing runs on the host and no login leaves a trace.
 * A folder's or file's mtime counts too, so a file written again with the same text, or made and removed, is seen.
 */
const script = `set -e
cd "/proc/$1/root" && shift
for path in "$@"; do
  [ -e "$path" ] || [ -L "$path" ] || { printf 'absent %s\\0' "$path"; continue; }
  find "$path" -xdev ${pruned} -o -printf '%p\\t%y %m %U:%G %T@ %l\\0'
  find "$path" -xdev ${pruned} -o -type f -print0 | xargs -0 -r sha256sum -z --
done | LC_ALL=C sort -z | sha256sum | cut -d' ' -f1`

/** sha256 of everything under `paths` (absolute; default the whole disk) in a running machine. */
export async function treeHash(machine: Machine, paths: readonly string[] = ['/']): Promise<string> {
  const pid = initPid(machine)
  if (pid === undefined) throw new Error(`lab: ${machine.name} is not running`)
  const relative = paths.map((path) => (path === '/' ? '.' : `.${path.replace(/\/+$/, '')}`))
  return (await must(['sh', '-c', script, 'sh', String(pid), ...relative])).trim()
}
