import type { Args, ArgumentRules, ArgumentSpecs } from './arguments.ts'
import type { Controller } from './controller.ts'
import type { Expectation } from './expectation.ts'
import type { Script } from './quote.ts'
import type { Shell, Target } from './remote.ts'
import type { Variables } from './scope.ts'

export type { Controller, InventoryView } from './controller.ts'

/** One difference between the state found and the state wanted. */
export interface Change {
  /** What differs, in the words of the module's result: `mode`, `content`, `state`, … */
  readonly what: string
  readonly before: unknown
  readonly after: unknown
  /** Set when before and after are a file's text: the path to head the diff with. */
  readonly file?: string
}

/**
 * The content of a file to write: text, bytes, a file on the controller that is sent in pieces, or what a script
 * prints on the target: a file that is there already, a download.
 */
export type Content = string | Buffer | { readonly file: string } | { readonly script: Script }

interface StepBase {
  /** Says in a few words what the step does, for errors and for check mode: `create group acme`. */
  readonly label: string
  /** The name under which `finish` finds the step's output. */
  readonly as?: string
  /** Exit codes that are no failure; `any` leaves the judgement to `finish`. Default: 0. */
  readonly ok?: readonly number[] | 'any'
  /** What the step was planned from: it is carried out only if that still holds, else all is planned again. */
  readonly expects?: Expectation | undefined
}

/** Runs one command from an argument list. */
export interface RunStep extends StepBase {
  readonly kind: 'run'
  readonly argv: readonly string[]
  readonly chdir?: string | undefined
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly stdin?: string | undefined
}

/** Runs a piece of shell, for what one command cannot do. */
export interface ScriptStep extends StepBase {
  readonly kind: 'script'
  readonly script: Script
}

/**
 * Writes a file: into a new file in a private directory next to the target, owner and mode set before the content shows,
 * then renamed. A symbolic link is replaced. A crash at any point leaves the old file or the new one.
 */
export interface WriteStep extends StepBase {
  readonly kind: 'write'
  readonly path: string
  readonly content: Content
  readonly owner?: string | undefined
  readonly group?: string | undefined
  /** As chmod takes it: octal or symbolic. Without it a new file gets 0666 less the umask, an old one keeps its mode. */
  readonly mode?: string | undefined
  /** Keep the old file under a dated name; its name is the step's output. */
  readonly backup?: boolean | undefined
  /** A command that judges the new content before it takes the old one's place; `%s` is its path. */
  readonly validate?: string | undefined
  /**
   * The user (uid) whose file the plan replaces, or whose a new file is: if the file belongs to another user by then, the
   * step fails. A file that is replaced hands down its owner, who would get what was meant for the planned one.
   */
  readonly replaces?: number | undefined
}

/** Work that is not shell: done by the controller, with the shell of the host at hand. */
export interface ActStep extends StepBase {
  readonly kind: 'act'
  readonly act: (remote: Remote) => Promise<unknown>
}

export type Step = RunStep | ScriptStep | WriteStep | ActStep

/** What must happen, decided before anything happens: `changed` means that there are changes. */
export interface Plan {
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
  /** Result fields. In check mode they are all there is, so fields that `finish` will set are predicted here. */
  readonly result?: Variables
  /** The task is failed without doing anything; the text is its `msg`. */
  readonly failed?: string
  /** There is nothing to do, and the task counts as skipped; the text is its `msg`. */
  readonly skipped?: string
  /** What check mode cannot be sure of, each in a sentence: its warnings. */
  readonly doubts?: readonly string[]
  /**
   * The steps fail without something that the host lacks; the text is what they would say. In check mode an earlier
   * task may have been about to provide it, but not where the run changes things and this task alone is checked.
   */
  readonly needs?: string
}

/** What one step gave: exit code and output of a command, or what an act step returned. */
export interface StepOutput {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly value?: unknown
  /** Seconds since the epoch, on the controller's clock. */
  readonly start: number
  readonly end: number
}

/** Result fields known only after the steps ran. `changed` or `failed` here override the plan's. */
export type Finish = Variables & {
  readonly changed?: boolean
  readonly failed?: boolean
  readonly msg?: unknown
}

/** What an act step works with. */
export interface Remote {
  readonly shell: Shell
  /**
   * Drops the connections to the host and opens a new one: after it went away, or to see whether it is there.
   * @param seconds how long one connection may take to stand; default: as for every connection
   * @throws {UnreachableError} @throws {BecomeError}
   */
  reconnect(seconds?: number): Promise<Shell>
  readonly controller: Controller
  /** Applies steps as the engine does: one round trip for all, the first failure stops. */
  apply(steps: readonly Step[]): Promise<Readonly<Record<string, StepOutput>>>
  /** Shows output while a long step still runs. */
  output(stream: 'stdout' | 'stderr', text: string): void
}

/** What probe, parse and plan know besides the arguments. */
export interface Context<Local> {
  readonly target: Target
  /** What `prepare` read on the controller. */
  readonly local: Local
  /** Whether a diff is wanted, so that the probe reads old content only then. */
  readonly diff: boolean
}

/** What a probe printed. */
export interface ProbeOutput {
  readonly text: string
  readonly bytes: Buffer
}

/**
 * A module: how to read a state, and how to get from it to the one wanted. See `defineModule`.
 *
 * - `prepare` reads what the controller holds: a source file, a rendered template, a condition's value.
 * - `probe` gives one script that only reads; `parse` turns what it printed into a state.
 * - `read` stands in for both where the state is not a host's: it asks an API, and changes nothing either.
 * - `plan` is pure: arguments and state in, changes and steps out. It knows no host and no check mode.
 * - `finish` is pure as well: it turns the steps' outputs into result fields.
 */
export interface Module<
  S extends ArgumentSpecs = ArgumentSpecs,
  State = unknown,
  Local = unknown,
  FreeForm extends string = string,
  Open extends boolean = boolean,
> {
  readonly name: string
  readonly doc: string
  readonly args: S
  readonly rules?: ArgumentRules
  /** The parameter that a bare string in place of the parameters fills: `command: uptime`. */
  readonly free_form?: FreeForm
  /** Parameters beside the declared ones are taken as they are: `set_fact: { any: … }`. */
  readonly open?: Open
  /** The parameters whose strings are expressions already and must not be rendered first: `assert: { that }`. */
  readonly expressions?: readonly Extract<keyof S, string>[]
  /**
   * Takes values as the engine has them: whole floats as PyFloat, dictionaries with keys that are not text as Map, dates
   * as objects. Other modules get numbers, objects and text (see `toJavaScript`).
   */
  readonly exact?: true
  /**
   * A function in place of the parameters is the module's own input, given as the parameter `function`, and no
   * function of the variables: `script: async ({ $ }) => …`.
   */
  readonly takes_function?: true
  /** Runs on the controller alone: no connection is opened for it. */
  readonly local?: true
  /** Its act step opens the connection itself (`reconnect`), since the host may not be there yet: it has no probe. */
  readonly connects?: true
  /** Runs for the first host alone, on behalf of all. */
  readonly once?: true
  /**
   * The result where check mode skips the task, as Ansible's module does, instead of foretelling it: why, and fields
   * that later tasks read. Undefined where it foretells, as it does whenever the task's `changed_when` is true. What is
   * missing on the controller is told all the same.
   */
  not_in_check?(args: Args<S>): (Variables & { readonly msg: string }) | undefined
  prepare?(args: Args<S>, controller: Controller): Promise<Local> | Local
  probe?(args: Args<S>, context: Context<Local>): Script | undefined
  parse?(output: ProbeOutput, args: Args<S>, context: Context<Local>): State
  read?(args: Args<S>, controller: Controller): Promise<State>
  plan(args: Args<S>, state: State, context: Context<Local>): Plan
  finish?(outputs: Readonly<Record<string, StepOutput>>, args: Args<S>, plan: Plan): Finish
}

/**
 * Declares a module. Its types, checks, documentation, check mode and diff all come from what is
 * declared here.
 *
 * @example
 * export const group = defineModule({
 *   name: 'group',
 *   doc: 'Keep a group of the operating system in the wanted state',
 *   args: { name: { type: 'str', required: true, doc: 'Name of the group' } },
 *   probe: ({ name }) => sh`getent group ${name} || true`,
 *   parse: ({ text }) => ({ exists: text !== '' }),
 *   plan: ({ name }, state) => state.exists ? nothing() : {
 *     changes: [{ what: 'state', before: 'absent', after: 'present' }],
 *     steps: [run(['groupadd', '--', name])],
 *   },
 * })
 */
export function defineModule<
  const S extends ArgumentSpecs,
  Local = undefined,
  State = undefined,
  const FreeForm extends Extract<keyof S, string> = never,
  const Open extends boolean = false,
>(definition: Module<S, State, Local, FreeForm, Open>): Module<S, State, Local, FreeForm, Open> {
  return Object.freeze(definition)
}

/** A plan that changes nothing, with the result's fields. */
export function nothing(result: Variables = {}): Plan {
  return { changes: [], steps: [], result }
}

/** A step that runs one command; the label defaults to the command line. */
export function run(argv: readonly string[], options: Partial<Omit<RunStep, 'kind' | 'argv'>> = {}): RunStep {
  return { kind: 'run', argv, label: argv.join(' '), ...options }
}
