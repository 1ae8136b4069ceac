import type { Change } from './module.ts'

/** How a task ended on a host. `ok` changed nothing; a failure that is ignored is still `failed`. */
export type Status = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable'

/** Result fields under Ansible's names: what `register` keeps. */
export type Fields = Readonly<Record<string, unknown>> & {
  readonly changed: boolean
  readonly failed?: boolean
  readonly skipped?: boolean
  readonly unreachable?: boolean
  readonly msg?: unknown
}

/** One task (or one item of its loop) on one host. Success and failure have the same shape. */
export interface TaskResult {
  readonly status: Status
  readonly fields: Fields
  readonly changes: readonly Change[]
  /** The failure was ignored: the host goes on. */
  readonly ignored?: boolean
  /** Seconds. */
  readonly duration: number
}

/** What happened to one host over the whole run: the columns of the recap. */
export interface HostSummary {
  ok: number
  changed: number
  unreachable: number
  failed: number
  skipped: number
  rescued: number
  ignored: number
}

/** A summary with nothing counted yet. */
export function emptySummary(): HostSummary {
  return { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 }
}
