import type { Location } from './location.ts'
import type { HostSummary, TaskResult } from './result.ts'
import type { Variables } from './scope.ts'

/** A task as reports name it. */
export interface TaskLabel {
  /** `role : name`, as Ansible heads a task. */
  readonly name: string
  /** The name with the host's own variables in it, when they differ by host it is the first host's. */
  readonly module: string
  readonly at?: Location | undefined
  readonly handler: boolean
  readonly no_log: boolean
}

/** Values kept for the end of the run: for each host, and for the run as a whole. */
export interface CustomStats {
  readonly hosts: Readonly<Record<string, Variables>>
  readonly run: Variables
}

/** All that a run tells its printers. Printers receive these and never call back. */
export type RunEvent =
  | {
      readonly kind: 'play'
      readonly name: string
      readonly hosts: readonly string[]
      readonly check: boolean
    }
  | { readonly kind: 'no-hosts' }
  | { readonly kind: 'task'; readonly task: TaskLabel }
  | { readonly kind: 'started'; readonly task: TaskLabel; readonly host: string }
  | {
      readonly kind: 'output'
      readonly task: TaskLabel
      readonly host: string
      readonly stream: 'stdout' | 'stderr'
      readonly text: string
    }
  | {
      readonly kind: 'item'
      readonly task: TaskLabel
      readonly host: string
      readonly label: unknown
      readonly result: TaskResult
    }
  | {
      readonly kind: 'retry'
      readonly task: TaskLabel
      readonly host: string
      readonly left: number
      readonly result: TaskResult
    }
  | {
      readonly kind: 'result'
      readonly task: TaskLabel
      readonly host: string
      /** The host that did the work, when it was delegated. */
      readonly delegate?: string | undefined
      /** Items were reported one by one already. */
      readonly loop: boolean
      readonly result: TaskResult
    }
  | {
      readonly kind: 'included'
      /** The file or role that an include named. */
      readonly from: string
      readonly hosts: readonly string[]
      readonly item?: unknown
    }
  | { readonly kind: 'warning'; readonly message: string }
  /** For those who ask for more: from so many `-v` on. */
  | { readonly kind: 'note'; readonly verbosity: number; readonly message: string }
  | {
      readonly kind: 'recap'
      readonly hosts: ReadonlyMap<string, HostSummary>
      /** An error of the playbook ended the run: as with Ansible it is the last that is said, so nothing is shown. */
      readonly broken?: boolean
      /** What `set_stats` kept. */
      readonly stats?: CustomStats | undefined
    }

/** Passes an event on: made by whoever starts the run, handed down to whoever has something to tell. */
export type Emit = (event: RunEvent) => void
