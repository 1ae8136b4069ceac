import { setTimeout as sleep } from 'node:timers/promises'
import type { Change } from '../core/module.ts'
import type { Fields, Status } from '../core/result.ts'
import type { Scope } from '../core/scope.ts'
import { failure } from './attempt.ts'
import { censored } from './censored.ts'
import { itemScopes, type LoopRound } from './items.ts'
import { loopControl } from './loop-items.ts'
import { keepVariables } from './record.ts'
import { type HostResult, runItem, skippedBy, type TaskRun, wouldIgnore } from './run-item.ts'
import { tellWarnings } from './warnings.ts'

/**
 * Runs a task once for each item and joins the results as Ansible does: changed when any is, failed when any is,
 * skipped when all are; `results` holds them one by one.
 */
export async function runLoop(one: TaskRun, outer: Scope): Promise<HostResult> {
  const { run, play, task, host, label } = one
  const { break_when } = task.loop_control
  let rounds: readonly LoopRound[]
  let pause = 0
  try {
    rounds = itemScopes(run, play, task, host, outer)
    pause = Number(loopControl(run, task, outer).pause ?? 0)
  } catch (error) {
    // Without items the conditions are asked once: when they do not hold, the list need not be there.
    const skipped = skippedBeforehand(one, outer)
    if (skipped !== undefined) return skipped
    const ignored = await wouldIgnore(one, outer)
    return { ...failure(error, 0), ignored, ignoredUnreachable: false, loop: false }
  }
  const results: HostResult[] = []
  for (const [index, { scope, loop }] of rounds.entries()) {
    if (index > 0 && pause > 0) {
      await sleep(pause * 1000, undefined, { signal: run.signal })
      run.ahead.discard()
    }
    const sent = async () => one.sent?.(rounds.slice(index + 1).map((round) => round.loop))
    const result = await runItem({ ...one, sent }, scope)
    const shown = itemLabel(one, scope, loop[String(loop.ansible_loop_var)])
    // The next item sees what this one set.
    keepVariables(task, result.factsFor ?? host, result.fields)
    const fields = { ...result.fields, ...loop }
    results.push({ ...result, fields })
    const seen = censored(task, { ...result, fields }, label)
    tellWarnings(run, seen.fields)
    run.emit({
      kind: 'item',
      task: label,
      host: host.name,
      // Of a hidden item not even the name is told.
      label: 'censored' in seen.fields ? null : shown,
      result: seen,
    })
    if (result.status === 'unreachable' && !result.ignoredUnreachable) break
    if (break_when !== undefined && breaks(one, result, loop)) break
  }
  return joinResults(results)
}

function skippedBeforehand({ run, task }: TaskRun, outer: Scope): HostResult | undefined {
  try {
    const skipped = skippedBy(task, outer, run)
    return skipped && { ...skipped, ignored: false, ignoredUnreachable: false, loop: false }
  } catch {
    return undefined
  }
}

function breaks(
  { run, play, task, host }: TaskRun,
  { fields }: HostResult,
  loop: LoopRound['loop'],
): boolean {
  const seen = task.register === undefined ? loop : { ...loop, [task.register]: fields }
  const scope = run.variables.scope(host, { play, task, loop: seen })
  return run.renderer.firstFalse([task.loop_control.break_when].flat(), scope, task.at, fields) === undefined
}

function itemLabel({ run, task }: TaskRun, scope: Scope, item: unknown): unknown {
  const { label } = task.loop_control
  if (label === undefined) return item
  try {
    return run.renderer.value(label, scope, task.at)
  } catch {
    return label
  }
}

function joinResults(results: readonly HostResult[]): HostResult {
  const any = (status: Status) => results.some((result) => result.status === status)
  const failed = results.filter((result) => result.status === 'failed')
  const changed = results.some((result) => result.fields.changed)
  const common = {
    changes: results.flatMap((result): readonly Change[] => result.changes),
    duration: results.reduce((sum, result) => sum + result.duration, 0),
    delegate: results.find((result) => result.delegate !== undefined)?.delegate,
    items: results,
    loop: true,
  }
  const list = results.map((result) => result.fields)
  if (results.length === 0 || results.every((result) => result.status === 'skipped')) {
    const why = results.length === 0 ? 'No items in the list' : 'All items skipped'
    const reason = results.length === 0 ? { skipped_reason: why } : { msg: why }
    const fields: Fields = { changed: false, failed: false, skipped: true, ...reason, results: list }
    return {
      ...common,
      status: 'skipped',
      fields,
      ignored: false,
      ignoredUnreachable: false,
      loop: results.length > 0,
    }
  }
  const status: Status = any('unreachable')
    ? 'unreachable'
    : failed.length > 0
      ? 'failed'
      : changed
        ? 'changed'
        : 'ok'
  const msg = failed.length > 0 ? 'One or more items failed' : 'All items completed'
  return {
    ...common,
    status,
    fields: {
      changed,
      failed: list.some((one) => one.failed === true),
      skipped: false,
      msg,
      results: list,
    },
    ignored: failed.length > 0 && failed.every((result) => result.ignored),
    ignoredUnreachable: results.every(
      (result) => result.status !== 'unreachable' || result.ignoredUnreachable,
    ),
  }
}
