import { runLoop } from './loop.ts'
import { hasLoop } from './loop-items.ts'
import { type HostResult, runItem, type TaskRun } from './run-item.ts'

/** Runs a task on one host: its loop, its conditions, its tries. Never throws for what goes wrong on the host. */
export async function runTask(one: TaskRun): Promise<HostResult> {
  const { run, play, task, host } = one
  const scope = run.variables.scope(host, { play, task })
  if (hasLoop(task)) return runLoop(one, scope)
  return runItem(one, scope)
}
