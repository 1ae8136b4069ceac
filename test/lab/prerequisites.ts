import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { must, run } from './run.ts'

type Programs = Readonly<Record<string, string>>

/** What the lab and its reader need: program on this machine → Debian package that has it. */
const labPrograms: Programs = {
  'systemd-nspawn': 'systemd-container',
  curl: 'curl',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  nsenter: 'util-linux',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  openssl: 'openssl',
  tar: 'tar',
}

/** What the tests need on this machine besides: servers and tools of a target, for which it stands. */
const testPrograms: Programs = {
  busybox: 'busybox',
  bzip2: 'bzip2',
  mksh: 'mksh',
  python3: 'python3-minimal',
  sshd: 'openssh-server',
  sudo: 'sudo',
  unzip: 'unzip',
  wget: 'wget',
  xz: 'xz-utils',
}

const stillRuns = 'what needs no lab still runs: types, unit tests and everything over the local connection'

/** Why there can be no lab on this machine, in words for the user; undefined when there can. */
export function labUnavailable(): string | undefined {
  if (process.platform !== 'linux')
    return `the lab needs Linux (systemd-nspawn), this is ${process.platform}; ${stillRuns}`
  if (process.getuid?.() !== 0)
    return `the lab needs root (namespaces, mounts); start it with sudo; ${stillRuns}`
  if (!existsSync('/sys/fs/cgroup')) return `the lab needs /sys/fs/cgroup, which is not mounted; ${stillRuns}`
  const packages = missingPackages(labPrograms)
  if (packages.length > 0 && !hasProgram('apt-get'))
    return `the lab needs ${packages.join(', ')} and this machine has no apt-get to install them; ${stillRuns}`
  return undefined
}

const searchPath = () => [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/sbin',
  '/usr/bin',
  '/bin',
]

/** Whether this machine has a program, where root finds it. */
export function hasProgram(name: string): boolean {
  return searchPath().some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const missingPackages = (programs: Programs): readonly string[] => [
  ...new Set(Object.entries(programs).flatMap(([name, debian]) => (hasProgram(name) ? [] : [debian]))),
]

type Log = (line: string) => void

/** Installs what the lab needs and this machine lacks; throws with `labUnavailable`'s words where it cannot. */
export async function ensurePrerequisites(log: Log): Promise<void> {
  const reason = labUnavailable()
  if (reason !== undefined) throw new Error(reason)
  await install(missingPackages(labPrograms), log)
}

/** Installs what the tests and the lab need and this machine lacks; does nothing without root or apt-get. */
export async function ensureTestPrograms(log: Log): Promise<void> {
  if (process.getuid?.() !== 0 || !hasProgram('apt-get')) return
  await install(missingPackages({ ...labPrograms, ...testPrograms }), log)
}

async function install(packages: readonly string[], log: Log): Promise<void> {
  if (packages.length === 0) return
  log(`installing ${packages.join(', ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const command = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages]
  await withoutServices(async () => {
    if ((await run(command, { env })).code === 0) return
    await must(['apt-get', 'update', '-q'], { env })
    await must(command, { env })
  })
}

/** Packages start no service while this policy stands (Debian policy manual, 9.3.3.2). */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return work()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    rmSync(policy)
  }
}
