import type { Fields, HostSummary } from '../core/result.ts'
import { emptySummary } from '../core/result.ts'
import type { Variables } from '../core/scope.ts'
import type { LoadedTask } from '../playbook/model.ts'
import type { Run } from './context.ts'
import { addFacts, type HostState } from './host.ts'
import type { HostResult } from './run-item.ts'

/** What of a task, or of an include, a result is kept under. */
type Recorded = Pick<LoadedTask, 'name' | 'action' | 'context'> & { readonly register?: string }

/** Keeps what a task gave: its registered result, its facts, its count in the recap, and whether the host goes on. */
export function record(
  run: Run,
  task: LoadedTask,
  host: HostState,
  result: HostResult,
  options: { readonly rescuable: boolean },
): void {
  for (const one of result.items ?? [result]) keepFacts(run, task, one.factsFor ?? host, one.fields)
  keepResult(run, task, host, result, options)
}

/** Keeps a result that brings no facts. */
export function keepResult(
  run: Run,
  task: Recorded,
  host: HostState,
  result: HostResult,
  options: { readonly rescuable: boolean },
): void {
  if (task.register !== undefined) host.registered[task.register] = result.fields
  count(summaryOf(run, host.name), result, options.rescuable)
  const role = task.context.role?.identity
  if (role !== undefined && result.status !== 'skipped' && result.status !== 'unreachable')
    if (!host.roles.has(role)) host.roles.set(role, 'begun')
  if (result.status === 'unreachable' && !result.ignoredUnreachable) host.unreachable = true
  if (result.status === 'failed' && !result.ignored) {
    host.failed = true
    // What a rescue section reads of the failure.
    host.registered.ansible_failed_task = { name: task.name ?? task.action, action: task.action }
    host.registered.ansible_failed_result = result.fields
  }
}

/** The recap's line for a host. */
export function summaryOf(run: Run, host: string): HostSummary {
  let summary = run.summaries.get(host)
  if (summary === undefined) {
    summary = emptySummary()
    run.summaries.set(host, summary)
  }
  return summary
}

function count(
  summary: HostSummary,
  { status, ignored, ignoredUnreachable, fields }: HostResult,
  rescuable: boolean,
): void {
  if (status === 'skipped') summary.skipped++
  else if (status === 'unreachable' && !ignoredUnreachable) summary.unreachable++
  else if (status === 'failed' && !ignored) {
    if (rescuable) summary.rescued++
    else summary.failed++
  } else {
    summary.ok++
    if (fields.changed) summary.changed++
    if (ignored || status === 'unreachable') summary.ignored++
  }
}

function keepFacts(run: Run, task: LoadedTask, host: HostState, fields: Fields): void {
  const facts = fields.ansible_facts
  if (typeof facts !== 'object' || facts === null) return
  if (!keepVariables(task, host, fields) || fields.cacheable === true)
    learnFacts(run, host, facts as Variables)
}

/** Keeps what `set_fact` and `include_vars` gave; false when a task is neither, or gave nothing. */
export function keepVariables(task: LoadedTask, host: HostState, { ansible_facts: facts }: Fields): boolean {
  const into = { include_vars: host.includeVars, set_fact: host.registered }[task.module.name]
  if (into === undefined || typeof facts !== 'object' || facts === null) return false
  Object.assign(into, facts)
  return true
}

/** Takes facts of a host, for this run and for the cache. */
export function learnFacts(run: Run, host: HostState, facts: Variables): void {
  addFacts(host, facts)
  run.factCache.add(host.name, facts)
}
