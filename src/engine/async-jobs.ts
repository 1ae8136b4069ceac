import { randomInt } from 'node:crypto'
import type { JobReader } from '../modules/async_status.ts'
import type { Run } from './context.ts'

/** What a run keeps of the jobs it started: how to read what each will have left on its host. */
export interface Jobs {
  add(host: string, jid: string, reader: JobReader): void
  find(host: string, jid: string): JobReader | undefined
}

const KEPT = new WeakMap<Run, Jobs>()

/** The jobs of a run. */
export function jobsOf(run: Run): Jobs {
  const kept = KEPT.get(run)
  if (kept !== undefined) return kept
  const readers = new Map<string, JobReader>()
  const key = (host: string, jid: string) => JSON.stringify([host, jid])
  const jobs: Jobs = {
    add: (host, jid, reader) => void readers.set(key(host, jid), reader),
    find: (host, jid) => readers.get(key(host, jid)),
  }
  KEPT.set(run, jobs)
  return jobs
}

/** A name for a new job, of the form that Ansible's have. */
export function newJobId(): string {
  return `j${randomInt(1e12)}.${randomInt(1, 1e6)}`
}
