import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.ts'
import { endProcesses, isRunning, type Machine, powerDown } from './machine.ts'
import { labsWithNetns, netnsName, removeNetns } from './namespace.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'
import type { Base, LabHost, Profile } from './types.ts'

export const runFolder = '/run/playscript-lab'

/** What is known of a lab beyond the process that made it; kept in lab.json in its folder. */
export interface LabState {
  readonly id: string
  /** Whose lab it is: it is removed when this process ends. Null for a lab that stays until `down`. */
  readonly owner: ProcessIdentity | null
  /** The root folder of the image of every host that has no other; empty when there is no such host. */
  readonly image: string
  /** That of the hosts with busybox. */
  readonly busyboxImage?: string
  /** The layer with the real Kubernetes, where k8s hosts have that instead of the stand-in. */
  readonly kubernetes?: string
  readonly hosts: readonly LabHost[]
  readonly download: { readonly sha256: string; readonly file: string } | null
}

export const labFolder = (id: string): string => join(runFolder, id)

/** Writes lab.json whole: a reader sees the old or the new one. */
export function writeState(state: LabState): void {
  const dir = labFolder(state.id)
  mkdirSync(dir, { recursive: true, mode: 0o755 })
  const file = join(dir, 'lab.json')
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 2))
  renameSync(`${file}.new`, file)
}

/** The state of the lab in `dir`; undefined when there is none. */
export function readState(dir: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'lab.json'), 'utf8')) as LabState
  } catch {
    return undefined
  }
}

/** Ids of all labs that have a folder. */
export function labIds(): string[] {
  try {
    return readdirSync(runFolder)
  } catch {
    return []
  }
}

export const baseOf = (profile: Profile): Base => (profile === 'busybox' ? 'busybox' : 'debian')

/** The root folder of the image that a host starts from. */
export const imageOf = ({ image, busyboxImage = '' }: LabState, profile: Profile): string =>
  baseOf(profile) === 'busybox' ? busyboxImage : image

/** What lies below a host's own layer, topmost first, as the overlay's option takes it. */
function layersOf(state: LabState, profile: Profile): string {
  const more = profile === 'k8s' && state.kubernetes !== undefined ? [state.kubernetes] : []
  return [...more, imageOf(state, profile)].join(':')
}

export function machinesOf(state: LabState): Machine[] {
  const { id, hosts } = state
  return hosts.map(({ name, profile }) => ({
    ...{ labId: id, netns: netnsName(id), name, base: baseOf(profile), image: layersOf(state, profile) },
    home: join(labFolder(id), 'machines', name),
  }))
}

export const thisProcess = (): ProcessIdentity => {
  const identity = identify(process.pid)
  if (identity === undefined) throw new Error('lab: /proc is not mounted')
  return identity
}

/** Stops a lab's machines and removes its network, groups and files. Safe to repeat, and on half a lab. */
export async function removeLab(id: string): Promise<void> {
  const state = readState(labFolder(id))
  if (state !== undefined) await Promise.all(machinesOf(state).map(powerDown))
  await endProcesses(id)
  await removeNetns(netnsName(id))
  rmSync(labFolder(id), { recursive: true, force: true })
}

const isStale = (id: string): boolean => {
  const state = readState(labFolder(id))
  if (state === undefined) return true
  if (state.owner !== null) return !isAlive(state.owner)
  return !machinesOf(state).some(isRunning)
}

/**
 * Removes what runs that were killed left behind, then does `next` before any other process looks for such labs, so
 * that a lab which has a folder but no state yet is not taken for one. Returns the ids of what was removed.
 */
export async function removeStaleLabs(next: () => void = () => {}): Promise<string[]> {
  return withLock('/run/playscript-lab.lock', { timeoutMs: 120_000 }, async () => {
    const stale = [...new Set([...labIds(), ...labsWithNetns()])].filter(isStale)
    for (const id of stale) await removeLab(id)
    next()
    return stale
  })
}
