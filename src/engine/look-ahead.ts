import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import type { Context } from '../core/module.ts'
import type { Script } from '../core/quote.ts'
import type { Shell } from '../core/remote.ts'
import type { Scope } from '../core/scope.ts'
import type { LoadedTask } from '../playbook/model.ts'
import { MOST } from './ahead.ts'
import { type Attempt, controllerOf, isOn, shellRequest } from './attempt.ts'
import { readArguments } from './call-module.ts'
import { comingTasks } from './coming-tasks.ts'
import type { Run } from './context.ts'
import { probeScript } from './execute.ts'
import { itemScopes } from './items.ts'
import { prepareAttempt, skippedBy, type TaskRun } from './run-item.ts'
import { isWanted, type Section } from './section.ts'

/**
 * Sends the probes of a task that is about to start, and of those that will follow it, so that all of them share one
 * round trip. It works with the variables as they are now: what cannot be told yet is left to its turn, as is whatever
 * goes wrong. Nothing here can be seen from outside.
 */
export async function lookAhead(one: TaskRun, section: Section): Promise<void> {
  const { ahead } = one.run
  let left = ahead.start(one.host, one.task)
  if (left < 2) return
  const run: Run = { ...one.run, ...one.run.tentative, emit: () => {} }
  let own = MOST
  for (const task of tasksFrom(one, section)) {
    if (left <= 0) return
    const isOwn = task === one.task
    if (!isOwn) ahead.cover(one.host, task)
    // What runs once may be for another host.
    if (task.module.local || task.run_once !== undefined) continue
    if (attempted(() => isWanted(task, one.host, { ...section, run })) !== true) continue
    for await (const found of probesOf({ ...one, run, task })) {
      if (found === 'acts') return
      if (!ahead.send(one.host, task, found.shell, found.script)) return
      if (isOwn) own -= 1
      else left -= 1
      if (own <= 0 || left <= 0) break
    }
  }
}

function* tasksFrom({ task, host }: TaskRun, { place }: Section): Iterable<LoadedTask> {
  yield task
  yield* comingTasks(place, host)
}

interface Probe {
  readonly shell: Shell
  readonly script: Script
}

/** The probes of a task, one an item of its loop; `acts` where the task is sure to do something rather than ask. */
async function* probesOf(one: TaskRun): AsyncIterable<Probe | 'acts'> {
  const { run, play, task, host } = one
  const rounds = attempted(() => itemScopes(run, play, task, host, run.variables.scope(host, { play, task })))
  for (const { scope } of rounds ?? []) {
    const probe = await probeOf(one, scope).catch(() => undefined)
    if (probe !== undefined) yield probe
    if (probe === 'acts') return
  }
}

async function probeOf(one: TaskRun, scope: Scope): Promise<Probe | 'acts' | undefined> {
  const { run, task } = one
  // A condition that cannot be told yet will more often hold than not.
  const skipped = attempted(() => skippedBy(task, scope, run) ?? 'runs')
  if (skipped !== undefined && skipped !== 'runs') return undefined
  const ready = prepareAttempt(one, scope)
  if (ready.delegate !== undefined || task.async !== undefined) return undefined
  const shell = run.connections.opened(shellRequest(ready))
  if (shell === undefined) return undefined
  const args = readArguments(task, { shell, scope, renderer: run.renderer, secrets: run.secrets })
  const script = await scriptOf(ready, args, shell)
  if (script !== undefined) return { shell, script }
  return skipped === 'runs' && !isOn(ready.keywords.check_mode, run.check) ? 'acts' : undefined
}

/** What a probe that needs nothing of the controller does not make it read and render. */
const UNPREPARED = Symbol('unprepared')

async function scriptOf(
  ready: Attempt,
  args: Args<ArgumentSpecs>,
  { target }: Shell,
): Promise<Script | undefined> {
  const { task, run, keywords, environment } = ready
  const { module } = task
  const diff = isOn(keywords.diff, run.diff)
  const unprepared: Context<unknown> = {
    target,
    diff,
    get local(): unknown {
      throw UNPREPARED
    },
  }
  try {
    return probeScript(
      module,
      args,
      module.prepare === undefined ? { target, diff, local: undefined } : unprepared,
      {
        environment,
      },
    )
  } catch (error) {
    if (error !== UNPREPARED) throw error
    const local = await module.prepare?.(args, controllerOf(ready))
    return probeScript(module, args, { target, diff, local }, { environment })
  }
}

function attempted<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
