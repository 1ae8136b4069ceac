import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { must, run } from './run.ts'

/** Program on this machine → Debian package that has it. */
const needed: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  nsenter: 'util-linux',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  openssl: 'openssl',
  tar: 'tar',
}

const stillRuns = 'what needs no lab still runs: types, unit tests and everything over the local connection'

/** Why there can be no lab on this machine, in words for the user; undefined when there can. */
export function labUnavailable(): string | undefined {
  if (process.platform !== 'linux')
    return `the lab needs Linux (systemd-nspawn), this is ${process.platform}; ${stillRuns}`
  if (process.getuid?.() !== 0)
    return `the lab needs root (namespaces, mounts); start it with sudo; ${stillRuns}`
  if (!existsSync('/sys/fs/cgroup')) return `the lab needs /sys/fs/cgroup, which is not mounted; ${stillRuns}`
  const packages = missingPackages()
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

function hasProgram(name: string): boolean {
  return searchPath().some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function missingPackages(): string[] {
  return [...new Set(Object.keys(needed).flatMap((name) => (hasProgram(name) ? [] : (needed[name] ?? []))))]
}

/** Installs what the lab needs and this machine lacks; throws with `labUnavailable`'s words where it cannot. */
export async function ensurePrerequisites(log: (line: string) => void): Promise<void> {
  const reason = labUnavailable()
  if (reason !== undefined) throw new Error(reason)
  const packages = missingPackages()
  if (packages.length === 0) return
  log(`installing ${packages.join(', ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages]
  if ((await run(install, { env })).code === 0) return
  await must(['apt-get', 'update', '-q'], { env })
  await must(install, { env })
}
