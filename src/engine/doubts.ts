import { TaskError } from '../core/errors.ts'
import type { Plan } from '../core/module.ts'
import type { Variables } from '../core/scope.ts'

/**
 * What check mode says besides the plan, as result fields: what it cannot be sure of.
 * @param options alone: the run itself changes things, and only this task is checked
 * @throws {TaskError} when the steps would fail, and nothing can prevent it
 */
export function doubtsOf({ doubts = [], needs, result }: Plan, { alone }: { alone: boolean }): Variables {
  const told = Array.isArray(result?.warnings) ? result.warnings : []
  const warnings = doubts.length === 0 ? {} : { warnings: [...told, ...doubts] }
  if (needs !== undefined && alone) throw new TaskError(needs, { result: { ...result, ...warnings } })
  return warnings
}
