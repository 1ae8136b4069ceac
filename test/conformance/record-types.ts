/** What one item of a loop, or one task without a loop, gave. */
export interface Outcome {
  readonly status: string
  /** The item's label, as text. */
  readonly label?: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What a task gave on one host: its items in order, or the one outcome. */
export interface HostOutcome {
  readonly outcomes: readonly Outcome[]
  readonly ignored?: true
}

/** A task that ran somewhere, by host. */
export interface TaskRecord {
  readonly task: string
  /** The module, where it is known. */
  readonly module?: string
  readonly hosts: Readonly<Record<string, HostOutcome>>
}

/** One run of a playbook. */
export interface RunRecord {
  readonly args: readonly string[]
  readonly exit: number
  readonly tasks: readonly TaskRecord[]
  /** The recap's counts, by host. */
  readonly recap: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** What a run printed that only lists. */
  readonly printed?: string
}

/** Whether a command line asks for a list, which runs nothing: then what is printed counts. */
export function isListing(args: readonly string[]): boolean {
  return args.some((one) => one.startsWith('--list-') || one === '--syntax-check')
}
