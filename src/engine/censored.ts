import type { TaskLabel } from '../core/events.ts'
import type { TaskResult } from '../core/result.ts'
import type { LoadedTask } from '../playbook/model.ts'

/** What printers get to see of a result: nothing but its outcome when `no_log` is on. */
export function censored<R extends TaskResult>(
  task: Pick<LoadedTask, 'no_log'>,
  result: R,
  label: TaskLabel,
): R {
  if (!label.no_log || task.no_log === undefined) return result
  const { changed, failed, skipped, unreachable } = result.fields
  const outcome = { changed, failed, skipped, unreachable }
  const kept = Object.fromEntries(Object.entries(outcome).filter(([, value]) => value !== undefined))
  const notice = "the output has been hidden because 'no_log: true' was specified for this result"
  return { ...result, changes: [], fields: { ...kept, changed, censored: notice } }
}
