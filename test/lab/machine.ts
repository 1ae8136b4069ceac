import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { cgroupsOf, makeCgroups, processesIn, removeCgroup } from './cgroup.ts'
import { bridge, insideNetwork } from './namespace.ts'
import { childrenOf, identify, innermostPid, isAlive, type ProcessIdentity } from './process-identity.ts'
import { run, until } from './run.ts'
import type { Base, Outcome } from './types.ts'

/** What it takes to boot one machine; its files are in `home`. */
export interface Machine {
  readonly labId: string
  readonly netns: string
  readonly name: string
  /** Holds seed/ (read-only layer above the base), disk/ (mount point), console.log and supervisor.json. */
  readonly home: string
  readonly base: Base
  /** The folders below the seed, as an overlay's `lowerdir` lists them. */
  readonly image: string
}

/**
 * The disk is an overlay: the shared base, the host's seed above it, and on top a tmpfs. tmpfs and overlay are
 * mounted in a mount namespace that only the machine has, so the kernel drops them with its last process, however it
 * ends. xino makes all files report one device, as those of a real disk do. nspawn wants its own folder on a tmpfs too.
 */
const launch = `set -e
groups=$1 image=$2 home=$3
shift 3
exec >"$home/console.log" 2>&1
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=0755 playscript-lab /run/systemd/nspawn
mount -t tmpfs -o mode=0755,size=4g playscript-lab "$home/disk"
mkdir "$home/disk/upper" "$home/disk/work" "$home/disk/root"
mount -t overlay -o "xino=on,lowerdir=$home/seed:$image,upperdir=$home/disk/upper,workdir=$home/disk/work" \\
  playscript-lab "$home/disk/root"
code=133
while [ $code = 133 ]; do
  code=0
  sh -c 'for group in $1; do echo $$ >"$group/cgroup.procs"; done; shift; exec "$@"' sh "$groups" "$@" || code=$?
done`
// With --keep-unit, nspawn ends with 133 when the machine reboots and expects to be started again.

const machineName = ({ name, labId }: Machine) => `${name}-${labId}`
const supervisorFile = ({ home }: Machine) => join(home, 'supervisor.json')

function supervisor(machine: Machine): ProcessIdentity | undefined {
  try {
    const identity = JSON.parse(readFileSync(supervisorFile(machine), 'utf8')) as ProcessIdentity
    return isAlive(identity) ? identity : undefined
  } catch {
    return undefined
  }
}

export const isRunning = (machine: Machine): boolean => supervisor(machine) !== undefined

/** The folder that holds all that a running machine's disk has beyond its image, which nothing can write to. */
export function diskLayer(machine: Machine): string | undefined {
  const shell = supervisor(machine)
  return shell && join('/proc', String(shell.pid), 'root', machine.home, 'disk', 'upper')
}

/** The container's init as seen from here, or undefined while there is none. */
export function initPid(machine: Machine): number | undefined {
  const identity = supervisor(machine)
  if (identity === undefined) return undefined
  // supervisor (a shell) > systemd-nspawn > init
  return childrenOf(identity.pid)
    .flatMap(childrenOf)
    .find((pid) => innermostPid(pid) === 1)
}

function consoleTail({ home }: Machine): string {
  try {
    return readFileSync(join(home, 'console.log'), 'utf8').split('\n').slice(-15).join('\n')
  } catch {
    return 'it printed nothing'
  }
}

/** Starts the machine and waits until its init has started everything, sshd included; throws with its last words. */
export async function boot(machine: Machine): Promise<void> {
  const { home, netns, labId, name, image } = machine
  mkdirSync(join(home, 'disk'), { recursive: true })
  const groups = makeCgroups(labId, name)
  const [file = '', ...args] = insideNetwork(netns, [
    ...['unshare', '--mount', 'sh', '-c', launch, 'sh', groups.join(' '), image, home],
    ...['systemd-nspawn', '--quiet', '--boot', `--directory=${join(home, 'disk', 'root')}`],
    ...['--register=no', '--keep-unit', `--network-bridge=${bridge}`, `--machine=${machineName(machine)}`],
    ...[`--hostname=${name}`, '--resolv-conf=off', '--timezone=off', '--link-journal=no'],
  ])
  const child = execa(file, args, { detached: true, cleanup: false, reject: false, stdio: 'ignore' })
  child.unref()
  const identity = child.pid === undefined ? undefined : identify(child.pid)
  if (identity === undefined) throw new Error(`lab: ${name} did not start: ${consoleTail(machine)}`)
  writeFileSync(supervisorFile(machine), JSON.stringify(identity))
  const ready = await until(async () => !isRunning(machine) || (await isUp(machine)), { timeoutMs: 60_000 })
  if (!ready || !isRunning(machine)) throw new Error(`lab: ${name} did not boot:\n${consoleTail(machine)}`)
}

const isUp = async (machine: Machine): Promise<boolean> =>
  initPid(machine) !== undefined && (await runInside(machine, inits[machine.base].up)).code === 0

/**
 * Only children of a process that entered a pid namespace are in it, so an outer sh starts the script. nsenter would
 * do that too, but it stops with a child that is stopped, as every process is when systemd shuts a machine down;
 * then nobody reaps the child and the machine never ends.
 */
const inner = 'sh -c "$1"; exit $?'

/** Runs a sh script as root in the machine's own namespaces, with a plain environment. */
export async function runInside(machine: Machine, script: string): Promise<Outcome> {
  const pid = initPid(machine)
  if (pid === undefined) throw new Error(`lab: ${machine.name} is not running`)
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd']
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const environment = ['env', '-i', `PATH=${path}`, 'HOME=/root', 'USER=root', 'LANG=C.UTF-8']
  return run([
    'nsenter',
    `--target=${pid}`,
    '--no-fork',
    ...namespaces,
    ...environment,
    'sh',
    '-c',
    inner,
    'sh',
    script,
  ])
}

interface Init {
  /** A script that ends with 0 once everything has started. */
  readonly up: string
  /** The signal at which it powers the machine off. */
  readonly powerOff: number
}

/** How each image's init is spoken to. Node has no name for real-time signals: 38 is SIGRTMIN+4, systemd(1). */
const inits: Readonly<Record<Base, Init>> = {
  debian: {
    // The last part is port 22 in state LISTEN: the unit alone was active and nothing listened yet, on a busy machine.
    up: '[ -n "$(systemctl is-system-running --wait)" ] && systemctl is-active ssh && grep -qE ":0016 0+:0000 0A " /proc/net/tcp /proc/net/tcp6',
    powerOff: 38,
  },
  busybox: { up: 'netstat -ltn | grep -q :22', powerOff: constants.signals.SIGUSR2 },
}

/** Powers the machine off, ends it if that takes longer than 15 s, and removes what it had. */
export async function powerDown(machine: Machine): Promise<void> {
  const pid = initPid(machine)
  if (pid !== undefined) {
    process.kill(pid, inits[machine.base].powerOff)
    await until(() => !isRunning(machine), { timeoutMs: 15_000, everyMs: 20 })
  }
  await pullThePlug(machine)
}

/** Ends every process of the machine at once; its disk goes with it. */
export async function pullThePlug(machine: Machine): Promise<void> {
  const shell = supervisor(machine)
  if (shell !== undefined) kill(shell.pid)
  await endProcesses(machine.labId, machine.name)
  rmSync(supervisorFile(machine), { force: true })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended in between.
  }
}

/** Kills what runs in a lab's control groups (of one host or of all) and removes the groups. */
export async function endProcesses(labId: string, host?: string): Promise<void> {
  const groups = cgroupsOf(labId, host)
  const gone = await until(
    () => {
      const processes = groups.flatMap(processesIn)
      processes.forEach(kill)
      return processes.length === 0
    },
    { timeoutMs: 10_000, everyMs: 20 },
  )
  if (!gone) throw new Error(`lab: processes of ${labId} do not end, see ${groups.join(', ')}`)
  for (const group of groups) removeCgroup(group)
}
