import { inspect } from 'node:util'
import { formatLocation, type Location } from './location.ts'

/** Exit codes of a run, as `ansible-playbook` gives them. */
export const EXIT = {
  ok: 0,
  error: 1,
  failedHosts: 2,
  unreachableHosts: 4,
  /** As `ansible-playbook`, which gives two things the same number. */
  wrongPlaybook: 4,
  usage: 5,
  interrupted: 99,
  unexpected: 250,
} as const

/**
 * What every error of ours has: a stable `code` to test for, the place it is about, and what to do.
 * The message says what failed, the value found and what is allowed, in that order.
 */
export abstract class PlayscriptError extends Error {
  abstract readonly code: string
  readonly at: Location | undefined
  readonly hint: string | undefined

  constructor(message: string, options: { at?: Location | undefined; hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.at = options.at
    this.hint = options.hint
  }

  /** The exit code of a run that this error ends. */
  get exit(): number {
    return EXIT.error
  }

  /** The message and, on a line of its own, the hint: for results, whose place is a field of its own. */
  get text(): string {
    return `${this.message}${this.hint === undefined ? '' : `\n  ${this.hint}`}`
  }

  /** The whole error as a person reads it: `file:line: message` and, on a line of its own, the hint. */
  describe(cwd?: string): string {
    return `${this.at === undefined ? '' : `${formatLocation(this.at, cwd)}: `}${this.text}`
  }
}

/** The command line is wrong: an unknown flag, tag, host or role. Exit code 5. */
export class UsageError extends PlayscriptError {
  readonly code = 'USAGE'

  override get exit(): number {
    return EXIT.usage
  }
}

/** Something in an inventory source is wrong: syntax, an unknown group, a bad range. */
export class InventoryError extends PlayscriptError {
  readonly code = 'INVENTORY'
}

/** A YAML file is no YAML, or none that is allowed: a duplicate key, an unknown tag, aliases without end. */
export class YamlError extends PlayscriptError {
  readonly code = 'YAML'

  override get exit(): number {
    return EXIT.wrongPlaybook
  }
}

/** One thing wrong in a playbook, role or variable file. Loading collects these into a PlaybookError. Exit code 4. */
export class Problem extends PlayscriptError {
  readonly code = 'PROBLEM'

  override get exit(): number {
    return EXIT.wrongPlaybook
  }
}

/** What a playbook names is not there: a role, a file to import, a handler, a strategy. Exit code 1. */
export class AbsentError extends PlayscriptError {
  readonly code = 'ABSENT'
}

/** All that is wrong with a playbook, found before the first connection. */
export class PlaybookError extends PlayscriptError {
  readonly code = 'PLAYBOOK'
  readonly problems: readonly PlayscriptError[]

  constructor(problems: readonly PlayscriptError[]) {
    const count = `${problems.length} ${problems.length === 1 ? 'error' : 'errors'}`
    super(`${count} in the playbook`, { at: problems[0]?.at })
    this.problems = problems
  }

  /** That of a wrong playbook when anything in it is wrong as such, and not just missing or wrong for its module. */
  override get exit(): number {
    return Math.max(EXIT.error, ...this.problems.map((problem) => problem.exit))
  }

  override get text(): string {
    const [first, ...others] = this.problems
    return first === undefined || others.length > 0 ? this.describe() : first.text
  }

  override describe(cwd?: string): string {
    return this.problems.map((problem) => problem.describe(cwd)).join('\n')
  }
}

/** A template does not compile, or uses a variable that is not defined. */
export class TemplateError extends PlayscriptError {
  readonly code: string = 'TEMPLATE'
}

/** A task failed; `result` holds fields to report beside `msg`. */
abstract class ResultError extends PlayscriptError {
  readonly result: Readonly<Record<string, unknown>>

  constructor(
    message: string,
    options: ConstructorParameters<typeof PlayscriptError>[1] & { result?: Record<string, unknown> } = {},
  ) {
    super(message, options)
    this.result = options.result ?? {}
  }
}

/** A module's arguments are missing, misspelt, of the wrong type or at odds with one another. */
export class ArgumentError extends ResultError {
  readonly code = 'ARGUMENT'
}

/** A task cannot be done on this host. */
export class TaskError extends ResultError {
  readonly code: string = 'TASK'
}

/** A file was replaced while a probe read it: what was read of it is of no use, and it has to be read again. */
export class ReplacedError extends TaskError {}

/** Fields to report beside an error's `msg`. */
export function resultOf(error: unknown): Readonly<Record<string, unknown>> {
  return error instanceof ResultError ? error.result : {}
}

/**
 * Something that the task builds on is not on the host: a unit, an archive, a user. On a real run that is a
 * failure. In check mode an earlier task may have been about to provide it, so the engine predicts a change.
 */
export class MissingError extends TaskError {}

/** The host could not be reached, or the link to it was lost: the host is unreachable, never ok. */
export class UnreachableError extends PlayscriptError {
  readonly code = 'UNREACHABLE'
}

/** Becoming another user was refused: no such method, no right, a wrong or missing password. */
export class BecomeError extends PlayscriptError {
  readonly code = 'BECOME'
}

/** The shell that carries the requests ended while the link itself still stands. */
export class ShellLostError extends PlayscriptError {
  readonly code = 'SHELL_LOST'
}

/** A request took longer than it was given; its processes on the target were ended. */
export class TimeoutError extends PlayscriptError {
  readonly code = 'TIMEOUT'
}

/** What a result says of an error: the text as `msg`, and the place, if it has one, as `location`. */
export function failureFields(thrown: unknown): { readonly msg: string; readonly location?: string } {
  if (!(thrown instanceof PlayscriptError)) return { msg: messageOf(thrown) }
  const { at, text: msg } = thrown
  return at === undefined ? { msg } : { msg, location: formatLocation(at) }
}

/** Text for any thrown value: an error's message with its place, or the value itself as text. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof PlayscriptError) return thrown.describe()
  if (thrown instanceof Error) return thrown.message
  return typeof thrown === 'string'
    ? thrown
    : `thrown value: ${inspect(thrown, { breakLength: Number.POSITIVE_INFINITY })}`
}
