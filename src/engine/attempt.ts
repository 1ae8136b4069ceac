import { toBoolean } from '../core/coerce.ts'
import { failureFields, PlayscriptError, resultOf, TaskError, UnreachableError } from '../core/errors.ts'
import type { TaskLabel } from '../core/events.ts'
import type { Controller } from '../core/module.ts'
import type { Shell } from '../core/remote.ts'
import type { Fields, Status, TaskResult } from '../core/result.ts'
import type { Scope } from '../core/scope.ts'
import type { JobKeeper } from '../modules/async_status.ts'
import type { KeyKeeper } from '../modules/include-vars/read-variables.ts'
import type { WordKeeper } from '../modules/set_fact.ts'
import { INHERITED } from '../playbook/keywords.ts'
import type { Inherited, LoadedTask } from '../playbook/model.ts'
import { detach } from './async.ts'
import { jobsOf } from './async-jobs.ts'
import { callModule } from './call-module.ts'
import type { ShellRequest } from './connection-settings.ts'
import type { Run } from './context.ts'
import { createController } from './controller.ts'
import { endAfter } from './end-after.ts'
import type { Detach, Outcome } from './execute.ts'
import type { HostState } from './host.ts'
import { liveOutput } from './live-output.ts'
import type { PlayFacts } from './variable-facts.ts'

/** One task on one host, for one item where it has a loop. */
export interface Attempt {
  readonly run: Run
  readonly play: PlayFacts
  readonly task: LoadedTask
  readonly label: TaskLabel
  readonly host: HostState
  readonly scope: Scope
  /** The task's keywords, rendered for this host. */
  readonly keywords: Inherited
  readonly environment: Readonly<Record<string, string>>
  readonly delegate: HostState | undefined
  readonly connected?: (() => Promise<void>) | undefined
  readonly sent?: (() => Promise<void>) | undefined
}

/** Renders the keywords of a task that a host's variables may decide. */
export function renderKeywords(task: LoadedTask, scope: Scope, run: Run): Inherited {
  const rendered: Record<string, unknown> = {}
  for (const keyword of INHERITED) {
    if (task[keyword] === undefined) continue
    const value = run.renderer.value(task[keyword], scope, task.at)
    const left = run.renderer.isOmitted(value)
      ? run.renderer.value(task.beneath?.[keyword], scope, task.at)
      : value
    if (!run.renderer.isOmitted(left)) rendered[keyword] = left
  }
  return rendered
}

/** Whether a rendered keyword is on; absent means off. */
export function isOn(value: unknown, otherwise = false): boolean {
  // A symbol stands for what is left out.
  const isAbsent = value === undefined || value === null || value === '' || typeof value === 'symbol'
  return isAbsent ? otherwise : toBoolean(value)
}

/** Runs the module once and gives its result, whatever happens: a task that fails does not throw. */
export async function attempt(one: Attempt): Promise<TaskResult> {
  const { run, task, scope, keywords } = one
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const live = isOn(keywords.no_log)
    ? undefined
    : liveOutput(run.secrets, (stream, text) =>
        run.emit({ kind: 'output', task: one.label, host: one.host.name, stream, text }),
      )
  try {
    const shell = task.module.local || task.module.connects ? undefined : await openShell(one)
    if (shell !== undefined) await one.connected?.()
    const outcome = await callModule(task, {
      shell,
      controller: controllerOf(one),
      reconnect: (seconds) => reopenShell(one, seconds),
      detach: detachOf(one, shell),
      ahead: run.ahead.of(one.host),
      follow: one.sent,
      check: isOn(keywords.check_mode, run.check),
      alone: !run.check,
      diff: isOn(keywords.diff, run.diff),
      environment: one.environment,
      scope,
      renderer: run.renderer,
      secrets: run.secrets,
      signal: run.signal,
      timeout: timeoutOf(one),
      onOutput: live?.take,
    })
    return toResult(outcome, seconds())
  } catch (error) {
    if (run.signal.aborted) throw error
    return failure(error, seconds())
  } finally {
    live?.end()
    run.connections.release(one)
  }
}

async function reopenShell(one: Attempt, connectTimeout?: number): Promise<Shell> {
  const { name } = one.delegate ?? one.host
  await one.run.connections.reset([name])
  return one.run.connections.shell({ ...shellRequest(one), connectTimeout }, one)
}

async function openShell(one: Attempt): Promise<Shell> {
  return one.run.connections.shell(shellRequest(one), one)
}

/** What a task's connection is opened with. */
export function shellRequest({ run, play, host, delegate, scope, keywords }: Attempt): ShellRequest {
  const target = delegate ?? host
  const own = delegate === undefined ? scope : run.variables.scope(delegate, { play })
  const trusted = run.variables.scope(target, { play, trustedOnly: true })
  return { host: target.name, scope: own, trusted, keywords }
}

/** The controller's side of a task. */
export function controllerOf(one: Attempt): Controller & JobKeeper & WordKeeper & KeyKeeper {
  const { run, task, scope, host, delegate, environment } = one
  const controller = createController(task, scope, run.renderer, run.inventory.current, run.ansibleManaged)
  const limit = timeoutOf(one)
  const signal = limit === undefined ? run.signal : endAfter(limit, run.signal)
  return {
    ...{ ...controller, environment, signal },
    conceal: (value) => run.secrets.add(value),
    mask: (text) => run.secrets.maskText(text),
    keepsWords: run.nativeWords === true,
    duplicateKeys: run.duplicateKeys,
    job: (jid) => jobsOf(run).find((delegate ?? host).name, jid),
  }
}

// What `poll` is where a task does not say (Ansible: DEFAULT_POLL_INTERVAL), in seconds.
const POLL = 15

function detachOf(one: Attempt, shell: Shell | undefined): Detach | undefined {
  const { run, task, scope, environment } = one
  const { name } = one.delegate ?? one.host
  const limit = Number(run.renderer.value(task.async, scope, task.at) ?? 0)
  if (!(limit > 0)) return undefined
  // As in Ansible, whose roles rely on it; a function may take its time.
  const refuses = task.module.name === 'script' && typeof task.args !== 'function'
  if (refuses || task.module.name === 'async_status') {
    throw new TaskError('async is not supported for this task.')
  }
  return detach({
    limit,
    poll: Number(run.renderer.value(task.poll, scope, task.at) ?? POLL),
    shell,
    reopen: () => reopenShell(one),
    folder: scope.has('ansible_async_dir') ? scope.get('ansible_async_dir') : undefined,
    environment,
    timeout: timeoutOf(one),
    signal: run.signal,
    remember: (jid, reader) => jobsOf(run).add(name, jid, reader),
  })
}

function timeoutOf({ keywords }: Attempt): number | undefined {
  return Number(keywords.timeout ?? 0) || undefined
}

function toResult({ changes, fields }: Outcome, duration: number): TaskResult {
  const status: Status = fields.skipped === true ? 'skipped' : fields.changed ? 'changed' : 'ok'
  return { status, fields: withLines(fields), changes, duration }
}

/** The result of something thrown: unreachable for a lost host, else failed, with all that the error tells. */
export function failure(error: unknown, duration: number): TaskResult {
  if (error instanceof UnreachableError) {
    const fields: Fields = { changed: false, failed: false, unreachable: true, ...failureFields(error) }
    return { status: 'unreachable', fields, changes: [], duration }
  }
  const unexpected =
    !(error instanceof PlayscriptError) && error instanceof Error ? { exception: error.stack } : {}
  const fields: Fields = {
    ...withLines(resultOf(error)),
    ...unexpected,
    failed: true,
    ...failureFields(error),
  }
  return { status: 'failed', fields, changes: [], duration }
}

// Every text of a command is there line by line as well, as in Ansible's results.
function withLines<T extends Readonly<Record<string, unknown>>>(fields: T): T & Fields {
  const lines: Record<string, unknown> = {}
  for (const name of ['stdout', 'stderr']) {
    const text = fields[name]
    if (typeof text !== 'string' || `${name}_lines` in fields) continue
    lines[`${name}_lines`] = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
  }
  const { changed, failed = false } = fields
  return { ...fields, ...lines, changed: changed === true, failed } as T & Fields
}
