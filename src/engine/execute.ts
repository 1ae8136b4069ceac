import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { MissingError, TaskError } from '../core/errors.ts'
import type { Change, Context, Finish, Module, Plan, Remote, Step, StepOutput } from '../core/module.ts'
import type { RequestOptions, Target } from '../core/remote.ts'
import type { Variables } from '../core/scope.ts'
import { applySteps } from './apply.ts'
import { diffOf } from './diff.ts'
import { doubtsOf } from './doubts.ts'
import { StaleError } from './guard.ts'
import { planAgain, type Retry } from './plan-again.ts'
import { keepPrivate } from './private-files.ts'
import { type ReadOptions, readState } from './read-state.ts'
import { withDefaults } from './shell-defaults.ts'

export interface ExecuteOptions extends ReadOptions, RequestOptions {
  /** Opens the host's shell anew; a module that works on the controller alone needs none. */
  readonly reconnect?: Remote['reconnect'] | undefined
  readonly check: boolean
  /** The run itself changes things, and only this task is checked: what is missing now will be missing. */
  readonly alone?: boolean
  /** The task says that it changes something whenever it runs, so check mode says so, too. */
  readonly changes?: boolean
  readonly diff: boolean
  /** Takes the work over when the task is `async`. */
  readonly detach?: Detach | undefined
  /** Whether a text holds a secret of the run. */
  readonly holdsSecret?: ((text: string) => boolean) | undefined
  /** Called when all steps are on their way to the host: what is asked from then on is answered after them. */
  readonly follow?: (() => Promise<void>) | undefined
}

/** What is left to do once the plan stands; in check mode that is nothing. */
export interface Work {
  readonly steps: readonly Step[]
  /** The plan's changes, and the fields as far as they are known. */
  readonly planned: Outcome
  /** Does the work here and now. @throws as executeModule; `signal` ends it */
  carryOut(signal?: AbortSignal): Promise<Outcome>
  /** The outcome, from what the steps printed. @throws {TaskError} when that says so */
  conclude(outputs: Readonly<Record<string, StepOutput>>): Outcome
}

/** Does a module's work in a way of its own. */
export type Detach = (work: Work) => Promise<Outcome>

/** What a module did, or in check mode would do. */
export interface Outcome {
  readonly changes: readonly Change[]
  readonly fields: Variables & { readonly changed: boolean }
}

/**
 * Runs one module on one host: prepare, probe, plan, and then, unless this is check mode, apply and finish.
 * This is the one place that knows of check mode.
 * @param args checked arguments
 * @throws {TaskError} when the task fails, with the fields of its result
 * @throws {UnreachableError} when the host is lost
 */
export async function executeModule<S extends ArgumentSpecs>(
  module: Module<S>,
  args: Args<S>,
  options: ExecuteOptions,
): Promise<Outcome> {
  const { shell, controller, check, diff } = options
  const local = await module.prepare?.(args, controller)
  const skipped = check && !options.changes ? module.not_in_check?.(args) : undefined
  if (skipped !== undefined) return perform(nothingToDo(skippedOutcome(skipped.msg, skipped)), options)
  const context = { local, diff, target: shell?.target ?? NO_TARGET }
  return planAgain((retry) => planAndPerform(module, args, context, retry, options), {
    // A job takes the lock itself.
    shell: options.detach === undefined ? shell : undefined,
    signal: options.signal,
  })
}

async function planAndPerform<S extends ArgumentSpecs>(
  module: Module<S>,
  args: Args<S>,
  context: Context<unknown>,
  retry: Retry | undefined,
  options: ExecuteOptions,
): Promise<Outcome> {
  const { check, diff, shell, ahead } = options
  let plan: Plan
  // Whatever was read ahead is as old as what has just proved stale.
  if (retry !== undefined) ahead?.act(shell)()
  try {
    const state = await readState(module, args, context, options)
    plan = keepPrivate(module.plan(args, state, context), options.holdsSecret)
  } catch (error) {
    if (!check || options.alone || !(error instanceof MissingError)) throw error
    return perform(nothingToDo(assumeProvided(error)), options)
  }
  if (plan.failed !== undefined) throw new TaskError(plan.failed, { result: { ...plan.result } })
  if (plan.skipped !== undefined) return skippedOutcome(plan.skipped, plan.result)
  const fields: Outcome['fields'] = { ...plan.result, changed: plan.changes.length > 0 }
  // Ansible's results hold a list, as copy's and lineinfile's do; a module that has another form there brings its own.
  const shown =
    diff && plan.changes.length > 0 && fields.diff === undefined ? { diff: diffOf(plan.changes) } : {}
  const planned: Outcome = { changes: plan.changes, fields: { ...fields, ...shown } }
  if (check) {
    const foretold = { ...planned.fields, ...doubtsOf(plan, { alone: options.alone ?? false }) }
    return perform(nothingToDo({ ...planned, fields: foretold }), options)
  }
  const conclude: Work['conclude'] = (outputs) => ({
    changes: plan.changes,
    fields: { ...planned.fields, ...finish(module, args, plan, outputs) },
  })
  const carryOut = async (signal = options.signal) =>
    conclude(await apply(module, plan, { ...options, locked: retry?.locked, signal }))
  try {
    return await perform({ steps: plan.steps, planned, carryOut, conclude }, options)
  } catch (error) {
    if (error instanceof StaleError) error.begun = error.step !== plan.steps[0]
    throw error
  }
}

function skippedOutcome(msg: string, result: Variables = {}): Outcome {
  return { changes: [], fields: { ...result, changed: false, skipped: true, msg } }
}

async function perform(work: Work, { detach, signal, ahead, shell }: ExecuteOptions): Promise<Outcome> {
  const done = work.steps.length > 0 ? ahead?.act(shell) : undefined
  try {
    if (detach === undefined) return await work.carryOut(signal)
    const outcome = await detach(work)
    if (outcome.fields.finished === 0) ahead?.stop()
    return outcome
  } finally {
    done?.()
  }
}

function nothingToDo(outcome: Outcome): Work {
  return { steps: [], planned: outcome, carryOut: async () => outcome, conclude: () => outcome }
}

const NO_TARGET: Target = {
  system: 'none',
  userland: 'other',
  user: '',
  uid: -1,
  home: '',
  pid: 0,
  temp: '',
  tools: new Set(),
}

async function apply<S extends ArgumentSpecs>(
  module: Module<S>,
  plan: Plan,
  options: ExecuteOptions & Partial<Retry>,
): Promise<Readonly<Record<string, StepOutput>>> {
  const {
    shell,
    controller,
    reconnect,
    environment = {},
    onOutput,
    timeout,
    signal,
    detach,
    follow,
    locked,
  } = options
  const request = { onOutput, timeout, signal, environment, locked }
  const remote: Remote = {
    // A module that works on the controller alone has act steps too, and no shell to give them.
    get shell() {
      if (shell === undefined) throw new Error(`${module.name} asked for a shell and has no host`)
      return withDefaults(shell, { timeout, signal }, environment)
    },
    async reconnect(seconds) {
      if (reconnect === undefined) throw new Error(`${module.name} asked for a connection and has no host`)
      return withDefaults(await reconnect(seconds), { timeout, signal }, environment)
    },
    controller,
    apply: (steps) => applySteps(shell, steps, { ...request, remote }),
    output: (stream, text) => onOutput?.(stream, Buffer.from(text)),
  }
  let following: Promise<void> | undefined
  const sent = () => {
    if (detach === undefined) following = follow?.()
  }
  try {
    return await applySteps(shell, plan.steps, { ...request, remote, sent })
  } finally {
    await following
  }
}

function finish<S extends ArgumentSpecs>(
  module: Module<S>,
  args: Args<S>,
  plan: Plan,
  outputs: Readonly<Record<string, StepOutput>>,
): Finish {
  const finished = module.finish?.(outputs, args, plan) ?? {}
  if (finished.failed)
    throw new TaskError(String(finished.msg ?? 'failed'), {
      result: { ...plan.result, changed: plan.changes.length > 0, ...finished },
    })
  return finished
}

function assumeProvided(error: MissingError): Outcome {
  const change = { what: 'state', before: 'missing', after: 'present' }
  const msg = `${error.message}; assuming that the run itself provides it`
  return { changes: [change], fields: { ...error.result, changed: true, msg } }
}
