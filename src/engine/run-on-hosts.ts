import pLimit, { type LimitFunction } from 'p-limit'
import { AbsentError } from '../core/errors.ts'
import type { TaskLabel } from '../core/events.ts'
import type { LoadedInclude, LoadedTask } from '../playbook/model.ts'
import { isOn } from './attempt.ts'
import { censored } from './censored.ts'
import { notify } from './handler-book.ts'
import { type HostState, isActive } from './host.ts'
import { followUp, lookAhead } from './look-ahead.ts'
import { record } from './record.ts'
import type { HostResult } from './run-item.ts'
import { runTask } from './run-task.ts'
import { isWanted, runsOnce, type Section } from './section.ts'
import { tellWarnings } from './warnings.ts'

/** Runs one task on hosts, `forks` of them at a time, and keeps what it gave. */
export async function runOnHosts(
  task: LoadedTask,
  hosts: readonly HostState[],
  section: Section,
): Promise<void> {
  const { run, play, inHandlers } = section
  const [first] = hosts
  if (first === undefined || !isWanted(task, first, section)) return
  const label = labelOf(task, first, section)
  if (!inHandlers && !(await run.gate(label))) return
  run.emit({ kind: 'task', task: label })
  const limit = limitFor(task, first, section)
  const shared = runsOnce(task, first, section)
  const runs = shared || task.module.once ? [first] : hosts
  await Promise.all(
    runs.map((host) =>
      limit(async () => {
        run.signal.throwIfAborted()
        run.emit({ kind: 'started', task: label, host: host.name })
        const one = { run, play, task, label, host }
        const result = await runTask({
          ...one,
          connected: () => lookAhead(one, section),
          sent: (rest) => followUp(one, section, rest),
        })
        keep(task, host, result, section)
        // What the keyword lets run once stands for all hosts: they get its result, and its failure.
        if (shared)
          for (const other of sharing(hosts, section)) if (other !== host) share(task, other, result, section)
        const shown = censored(task, result, label)
        if (!result.loop) tellWarnings(run, shown.fields)
        run.emit({
          kind: 'result',
          task: label,
          host: host.name,
          delegate: result.delegate,
          loop: result.loop,
          result: shown,
        })
      }),
    ),
  )
  stopEarly(task, first, hosts, section)
}

// Hosts that go at their own pace come to a task one by one, and its throttle is for all of them.
const throttles = new WeakMap<LoadedTask, LimitFunction>()

function limitFor(task: LoadedTask, host: HostState, { run, play }: Section): LimitFunction {
  if (task.throttle === undefined) return pLimit(run.forks)
  const scope = run.variables.scope(host, { play, task })
  const throttle = Number(run.renderer.value(task.throttle, scope, task.at))
  if (!(throttle > 0)) return pLimit(run.forks)
  const limit = throttles.get(task) ?? pLimit(Math.min(throttle, run.forks))
  throttles.set(task, limit)
  return limit
}

function keep(
  task: LoadedTask,
  host: HostState,
  result: HostResult,
  { run, play, handlers, rescuable, notifies = true }: Section & { readonly notifies?: boolean },
): void {
  record(run, task, host, result, { rescuable })
  if (!notifies || !result.fields.changed || result.status === 'failed' || task.notify.length === 0) return
  const names = run.renderer.value(task.notify, run.variables.scope(host, { play, task }), task.at)
  for (const { name: written } of handlers.unusable()) {
    const message = `Handler '${written}' is unusable: its name has no value that is the same for all hosts, and it listens to nothing`
    run.emit({ kind: 'warning', message })
  }
  for (const name of notify(handlers, [names].flat(2).map(String), host)) {
    const message = `The requested handler '${name}' was not found: no handler has that name or listens to it`
    if (run.missingHandler !== 'warning') throw new AbsentError(message, { at: task.at })
    run.emit({ kind: 'warning', message })
  }
}

// All hosts of the batch, though the task may stand where only some of them came; a host at its own pace has no others.
function sharing(hosts: readonly HostState[], { play, run }: Section): readonly HostState[] {
  return play.play.strategy === 'linear' ? play.wholeBatch.map(run.host).filter(isActive) : hosts
}

function share(task: LoadedTask, host: HostState, result: HostResult, section: Section): void {
  // The others are not counted, and it is the host where it ran whose handlers are notified.
  keep(task, host, result, { ...section, run: { ...section.run, summaries: new Map() }, notifies: false })
}

/** A task as reports name it, with the variables of the first host it runs on. */
export function labelOf(
  task: LoadedTask | LoadedInclude,
  host: HostState,
  { run, play, inHandlers }: Section,
): TaskLabel {
  const plain = task.name ?? task.action
  const scope = run.variables.scope(host, { play, task })
  const attempt = <T>(render: () => T, otherwise: T): T => {
    try {
      return render()
    } catch {
      return otherwise
    }
  }
  const name = attempt(() => String(run.renderer.value(plain, scope, task.at)), plain)
  const prefix = task.context.role === undefined ? '' : `${task.context.role.name} : `
  // Where it cannot be told yet whether the task's output may be shown, it is not.
  const no_log = attempt(() => isOn(run.renderer.value(task.no_log, scope, task.at)), true)
  return { name: prefix + name, module: task.action, at: task.at, handler: inHandlers, no_log }
}

// `any_errors_fatal` and `max_fail_percentage`: the failure of some hosts ends the play on all.
export function stopEarly(
  task: LoadedTask | LoadedInclude,
  first: HostState,
  hosts: readonly HostState[],
  { play, run, rescuable }: Section,
): void {
  const isLost = (host: HostState) => host.failed || host.unreachable
  // Hosts that go at their own pace do not wait for one another.
  if (play.play.strategy !== 'linear' || !hosts.some(isLost)) return
  const lost = play.wholeBatch.filter((name) => isLost(run.host(name)))
  const most = play.play.max_fail_percentage
  const fatal =
    (task.kind === 'task' && task.module.once === true) ||
    isOn(run.renderer.value(task.any_errors_fatal, run.variables.scope(first, { play, task }), task.at))
  // A failure that a rescue section takes up does not count among those that are too many.
  const tooMany = most !== undefined && !rescuable && (lost.length / play.wholeBatch.length) * 100 > most
  if (!tooMany && !fatal) return
  for (const host of play.wholeBatch.map(run.host).filter(isActive)) host.failed = true
}
