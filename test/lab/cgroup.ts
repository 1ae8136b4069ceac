import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'

const mountPoint = '/sys/fs/cgroup'

/**
 * Hierarchies in which a machine needs a group of its own. systemd-nspawn with --keep-unit makes the payload's
 * group below the caller's, so machines started from one group would share it. With cgroup2 alone there is one
 * hierarchy; a hybrid machine has systemd's two and the controllers that systemd uses.
 */
function hierarchies(): string[] {
  if (existsSync(join(mountPoint, 'cgroup.controllers'))) return [mountPoint]
  return ['systemd', 'unified', 'pids', 'memory']
    .map((name) => join(mountPoint, name))
    .filter((dir) => existsSync(join(dir, 'cgroup.procs')))
}

const prefix = (labId: string) => `playscript-lab-${labId}-`

/** Makes a machine's groups; returns their folders, into whose cgroup.procs the machine's first process goes. */
export function makeCgroups(labId: string, host: string): string[] {
  return hierarchies().map((dir) => {
    const group = join(dir, `${prefix(labId)}${host}`)
    mkdirSync(group, { recursive: true })
    return group
  })
}

/** The group folders that a lab still has, of one host or of all. */
export function cgroupsOf(labId: string, host?: string): string[] {
  return hierarchies().flatMap((dir) =>
    readdirSync(dir)
      .filter((name) =>
        host === undefined ? name.startsWith(prefix(labId)) : name === `${prefix(labId)}${host}`,
      )
      .map((name) => join(dir, name)),
  )
}

const below = (group: string): string[] =>
  readdirSync(group, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(group, entry.name))

/** Process numbers in a group and all groups below it. */
export function processesIn(group: string): number[] {
  if (!existsSync(group)) return []
  const own = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
  return [...own, ...below(group).flatMap(processesIn)]
}

/** Removes an empty group with all groups below it. */
export function removeCgroup(group: string): void {
  if (!existsSync(group)) return
  for (const child of below(group)) removeCgroup(child)
  rmdirSync(group)
}
