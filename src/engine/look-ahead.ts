import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import type { Context } from '../core/module.ts'
import type { Script } from '../core/quote.ts'
import type { Shell } from '../core/remote.ts'
import type { Scope, Variables } from '../core/scope.ts'
import type { LoadedTask } from '../playbook/model.ts'
import { MOST } from './ahead.ts'
import { type Attempt, controllerOf, isOn, shellRequest } from './attempt.ts'
import { readArguments } from './call-module.ts'
import { comingTasks } from './coming-tasks.ts'
import type { Run } from './context.ts'
import { homeOwners } from './home-owners.ts'
import { itemScopes } from './items.ts'
import { probeScript } from './read-state.ts'
import { prepareAttempt, skippedBy, type TaskRun } from './run-item.ts'
import { isWanted, type Section } from './section.ts'

/**
 * Sends the probes of a task that is about to start, and of those that will follow it, so that all of them share one
 * round trip. It works with the variables as they are now: what cannot be told yet is left to its turn, as is whatever
 * goes wrong. Nothing here can be seen from outside.
 */
export async function lookAhead(one: TaskRun, section: Section): Promise<void> {
  const budget = one.run.ahead.of(one.host).start(one.task)
  if (budget > 1) await sendProbes(one, section, { own: undefined, budget })
}

/**
 * Sends the probes of what follows a task behind its steps, which are on their way: the host answers them once it has
 * carried the steps out.
 * @param own the variables of the rounds of the task's loop that are still to come
 */
export async function followUp(
  one: TaskRun,
  section: Section,
  own: readonly Variables[] = [],
): Promise<void> {
  // What one of several hosts does makes void what the others read.
  if (one.play.hosts().length > 1) return
  const { budget } = one.run.ahead.of(one.host)
  if (budget > 0) await sendProbes(one, section, { own, budget })
}

async function sendProbes(
  one: TaskRun,
  section: Section,
  { own, budget }: { readonly own: readonly Variables[] | undefined; readonly budget: number },
): Promise<void> {
  const ahead = one.run.ahead.of(one.host)
  const run: Run = { ...one.run, ...one.run.tentative, emit: () => {} }
  let left = budget
  for (const task of tasksFrom(one, section)) {
    const isOwn = task === one.task
    ahead.cover(task)
    // What runs once may be for another host.
    if (task.module.local || task.run_once !== undefined) continue
    if (attempted(() => isWanted(task, one.host, { ...section, run })) !== true) continue
    let items = isOwn && own === undefined ? MOST : left
    for await (const found of probesOf({ ...one, run, task }, isOwn ? own : undefined)) {
      if (found === 'acts' || !ahead.send(task, found.shell, found.script)) return
      items -= 1
      // All items of the task's own loop may be asked for at once.
      if (!isOwn || own !== undefined) left -= 1
      if (items <= 0) break
    }
    if (left <= 0) return
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

/**
 * The probes of a task, one an item of its loop; `acts` where the task is sure to do something rather than ask.
 * @param loops the variables of each round, where they are known
 */
async function* probesOf(
  one: TaskRun,
  loops: readonly Variables[] | undefined,
): AsyncIterable<Probe | 'acts'> {
  const { run, play, task, host } = one
  const scopeOf = (loop?: Variables) => run.variables.scope(host, { play, task, ...(loop && { loop }) })
  const rounds = () => itemScopes(run, play, task, host, scopeOf()).map(({ scope }) => scope)
  for (const scope of loops?.map(scopeOf) ?? attempted(rounds) ?? []) {
    const probe = await probeOf(one, scope).catch(() => undefined)
    if (probe !== undefined) yield probe
    if (probe === 'acts') return
  }
}

async function probeOf(one: TaskRun, scope: Scope): Promise<Probe | 'acts' | undefined> {
  const { run, task } = one
  // Where a condition cannot be told yet, the host is not asked what it may never be asked otherwise.
  if (attempted(() => skippedBy(task, scope, run) ?? 'runs') !== 'runs') return undefined
  const ready = prepareAttempt(one, scope)
  if (ready.delegate !== undefined || task.async !== undefined) return undefined
  const shell = run.connections.opened(shellRequest(ready))
  if (shell === undefined) return undefined
  const args = readArguments(task, { shell, scope, renderer: run.renderer, secrets: run.secrets })
  if (homeOwners(task.module.args, args).size > 0) return undefined
  const script = await scriptOf(ready, args, shell)
  if (script !== undefined) return { shell, script }
  return isOn(ready.keywords.check_mode, run.check) ? undefined : 'acts'
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
