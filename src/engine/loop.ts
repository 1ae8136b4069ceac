import { setTimeout as sleep } from 'node:timers/promises'
import { TaskError } from '../core/errors.ts'
import type { Change } from '../core/module.ts'
import type { Fields, Status } from '../core/result.ts'
import type { Scope, Variables } from '../core/scope.ts'
import { failure } from './attempt.ts'
import { type HostResult, runItem, type TaskRun } from './run-item.ts'

/**
 * Runs a task once for each item and joins the results as Ansible does: changed when any is, failed when any is,
 * skipped when all are; `results` holds them one by one.
 */
export async function runLoop(one: TaskRun, outer: Scope): Promise<HostResult> {
  const { run, play, task, host, label } = one
  const { loop_var = 'item', index_var, pause = 0, extended } = task.loop_control
  let items: readonly unknown[]
  try {
    items = loopItems(one, outer)
  } catch (error) {
    return { ...failure(error, 0), ignored: false, ignoredUnreachable: false, loop: false }
  }
  const results: HostResult[] = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && pause > 0) await sleep(pause * 1000, undefined, { signal: run.signal })
    const loop: Record<string, unknown> = { [loop_var]: item, ansible_loop_var: loop_var }
    if (index_var !== undefined) loop[index_var] = index
    if (extended) loop.ansible_loop = loopFacts(items, index)
    const scope = run.variables.scope(host, { play, task, loop })
    const result = await runItem(one, scope)
    const shown = itemLabel(one, scope, item)
    const fields = { ...result.fields, ...loop, _ansible_item_label: shown }
    results.push({ ...result, fields })
    run.emit({ kind: 'item', task: label, host: host.name, label: shown, result: { ...result, fields } })
    if (result.status === 'unreachable' && !result.ignoredUnreachable) break
  }
  return joinResults(results)
}

function loopItems({ run, task }: TaskRun, scope: Scope): readonly unknown[] {
  const items = run.renderer.value(task.loop, scope, task.at)
  if (Array.isArray(items)) return items
  const shown = JSON.stringify(items) ?? String(items)
  throw new TaskError(`loop needs a list, and this is ${shown.slice(0, 200)}`, {
    at: task.at,
    hint: 'A dictionary becomes a list with the filter dict2items.',
  })
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

function loopFacts(items: readonly unknown[], index: number): Variables {
  return {
    index: index + 1,
    index0: index,
    first: index === 0,
    last: index === items.length - 1,
    length: items.length,
    revindex: items.length - index,
    revindex0: items.length - index - 1,
    allitems: items,
    ...(index > 0 ? { previtem: items[index - 1] } : {}),
    ...(index < items.length - 1 ? { nextitem: items[index + 1] } : {}),
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
    factsFor: results.find((result) => result.factsFor !== undefined)?.factsFor,
    loop: true,
  }
  const list = results.map((result) => result.fields)
  if (results.length === 0 || results.every((result) => result.status === 'skipped')) {
    const why = results.length === 0 ? 'No items in the list' : 'All items skipped'
    const fields: Fields = { changed: false, skipped: true, skipped_reason: why, msg: why, results: list }
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
    fields: { changed, msg, results: list, ...(failed.length > 0 ? { failed: true } : {}) },
    ignored: failed.length > 0 && failed.every((result) => result.ignored),
    ignoredUnreachable: results.every(
      (result) => result.status !== 'unreachable' || result.ignoredUnreachable,
    ),
  }
}
