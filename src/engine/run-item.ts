import { setTimeout as sleep } from 'node:timers/promises'
import { failureFields, messageOf } from '../core/errors.ts'
import type { TaskLabel } from '../core/events.ts'
import type { Fields, TaskResult } from '../core/result.ts'
import type { Scope, Variables } from '../core/scope.ts'
import { byName, isDictionary } from '../core/values/dictionary.ts'
import { str } from '../core/values/text.ts'
import type { LoadedTask } from '../playbook/model.ts'
import { type Attempt, attempt, failure, isOn, renderKeywords } from './attempt.ts'
import type { Run } from './context.ts'
import { keepEffects } from './effects.ts'
import type { HostState } from './host.ts'
import type { PlayFacts } from './variable-facts.ts'

/** A task about to run on a host. */
export interface TaskRun {
  readonly run: Run
  readonly play: PlayFacts
  readonly task: LoadedTask
  readonly label: TaskLabel
  readonly host: HostState
  /** Called when the task's shell stands, before its module runs. */
  readonly connected?: (() => Promise<void>) | undefined
  /** Called when the task's steps are on their way to the host, with the variables of the loop's further rounds. */
  readonly sent?: ((rest?: readonly Variables[]) => Promise<void>) | undefined
}

/** A task's result on a host, with what its keywords say of it. */
export interface HostResult extends TaskResult {
  readonly ignored: boolean
  readonly ignoredUnreachable: boolean
  readonly delegate?: string | undefined
  readonly loop: boolean
  /** The results of a loop's items, each with the host that its facts are for. */
  readonly items?: readonly HostResult[]
  /** The host that facts are for, when `delegate_facts` is on. */
  readonly factsFor?: HostState | undefined
}

/** Runs a task for one item of its loop, or for the one time it runs without. */
export async function runItem(one: TaskRun, scope: Scope): Promise<HostResult> {
  const { run, task } = one
  const plain = { ignored: false, ignoredUnreachable: false, loop: false }
  try {
    const skipped = skippedBy(task, scope, run)
    if (skipped !== undefined) return { ...skipped, ...plain }
    const ready = prepareAttempt({ ...one, task: await withModule(task, scope, run) }, scope)
    const result = await tryUntil(ready)
    keepEffects(run, task, one.host, result)
    const { keywords, delegate } = ready
    return {
      ...result,
      ignored: result.status === 'failed' && isOn(keywords.ignore_errors),
      ignoredUnreachable: result.status === 'unreachable' && isOn(keywords.ignore_unreachable),
      loop: false,
      delegate: delegate?.name,
      ...(isOn(keywords.delegate_facts) ? { factsFor: delegate } : {}),
    }
  } catch (error) {
    if (run.signal.aborted) throw error
    return { ...failure(error, 0), ...plain, ignored: await wouldIgnore(one, scope) }
  }
}

/** Whether an error in the task's own templates is ignored, as one of its module would be. */
export async function wouldIgnore({ run, task }: TaskRun, scope: Scope): Promise<boolean> {
  try {
    return isOn(run.renderer.value(task.ignore_errors, scope, task.at))
  } catch {
    return false
  }
}

/** The result of a task whose conditions do not hold; undefined when they do. */
export function skippedBy(task: LoadedTask, scope: Scope, run: Run): TaskResult | undefined {
  const found = run.renderer.firstFalse(task.when, scope, task.at)
  if (found === undefined) return undefined
  const fields: Fields = {
    changed: false,
    failed: false,
    skipped: true,
    skip_reason: 'Conditional result was False',
    false_condition: found.condition,
  }
  return { status: 'skipped', fields, changes: [], duration: 0 }
}

async function withModule(task: LoadedTask, scope: Scope, run: Run): Promise<LoadedTask> {
  if (task.choose === undefined) return task
  return { ...task, ...(await task.choose(String(run.renderer.value(task.action, scope, task.at)))) }
}

/** Renders what the task's keywords say. */
export function prepareAttempt(one: TaskRun, scope: Scope): Attempt {
  const { run, play, task } = one
  const keywords = renderKeywords(task, scope, run)
  const to = keywords.delegate_to
  const delegate = to === undefined || to === null || to === '' ? undefined : run.host(String(to))
  const levels = [...play.play.environment, ...task.environment].map((level) =>
    task.module.name === 'setup' ? knownBefore(level, one, scope) : run.renderer.value(level, scope, task.at),
  )
  const environment = Object.fromEntries(
    levels.flatMap((level) => Object.entries(byName(level) ?? {})).map(([name, value]) => [name, str(value)]),
  )
  return { ...one, scope, keywords, environment, delegate }
}

// The environment of a play may be made of that of its hosts, which gathering facts is about to find out.
function knownBefore(level: unknown, { run, task }: TaskRun, scope: Scope): unknown {
  if (!isDictionary(level)) return run.renderer.value(level, scope, task.at)
  const known = Object.entries(level).flatMap(([name, value]): [string, unknown][] => {
    try {
      return [[name, run.renderer.value(value, scope, task.at)]]
    } catch (error) {
      if (/\bansible_env\b|\bansible_facts\b/.test(messageOf(error))) return []
      throw error
    }
  })
  return Object.fromEntries(known)
}

async function tryUntil(one: Attempt): Promise<TaskResult> {
  const { run, task, scope, label, host } = one
  const number = (value: unknown, otherwise: number) =>
    Number(run.renderer.value(value, scope, task.at) ?? otherwise)
  const tries = task.until === undefined && task.retries === undefined ? 1 : number(task.retries, 3) + 1
  for (let count = 1; ; count++) {
    const tried = await attempt(one)
    if (tries === 1 || tried.status === 'unreachable') return judge(tried, one)
    const result = judge({ ...tried, fields: { ...tried.fields, attempts: count } }, one)
    if (succeeded(result, one)) return result
    // Ansible counts the tries it was asked for besides the first one, when all were in vain; `failed_when` still has
    // the last word on what becomes of the host.
    if (count >= tries)
      return {
        ...result,
        status: task.failed_when === undefined ? 'failed' : result.status,
        fields: { ...result.fields, attempts: count - 1, failed: true },
      }
    run.emit({ kind: 'retry', task: label, host: host.name, left: tries - count, result })
    await sleep(number(task.delay, 5) * 1000, undefined, { signal: run.signal })
    run.ahead.discard()
  }
}

function succeeded(result: TaskResult, { run, task, scope }: Attempt): boolean {
  if (task.until === undefined) return result.status !== 'failed'
  return (
    run.renderer.firstFalse(task.until, withResult(scope, task, result.fields), task.at, result.fields) ===
    undefined
  )
}

// `changed_when` and `failed_when` have the last word, and see the result under its registered name.
function judge(result: TaskResult, { run, task, scope }: Attempt): TaskResult {
  if (result.status === 'skipped' || result.status === 'unreachable') return result
  const seen = withResult(scope, task, result.fields)
  const holds = (conditions: readonly unknown[]) =>
    run.renderer.firstFalse(conditions, seen, task.at, result.fields) === undefined
  let { changed } = result.fields
  let asked = ''
  let failed = result.status === 'failed'
  const fields: Record<string, unknown> = { ...result.fields }
  try {
    asked = 'changed_when_result'
    if (task.changed_when !== undefined) changed = holds(task.changed_when)
    asked = 'failed_when_result'
    if (task.failed_when !== undefined) {
      failed = holds(task.failed_when)
      fields.failed_when_result = failed
    }
  } catch (error) {
    // What the module did stays known, when it cannot be told what to think of it.
    failed = true
    Object.assign(fields, failureFields(error))
    fields[asked] = fields.msg
  }
  const status = failed ? 'failed' : changed ? 'changed' : 'ok'
  return {
    ...result,
    status,
    fields: { ...fields, changed, failed },
  }
}

function withResult(scope: Scope, { register }: LoadedTask, fields: Fields): Scope {
  if (register === undefined) return scope
  return {
    ...scope,
    has: (name) => name === register || scope.has(name),
    get: (name) => (name === register ? fields : scope.get(name)),
    names: () => new Set([register, ...scope.names()]),
  }
}
