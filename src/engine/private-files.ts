import type { Plan, Step, WriteStep } from '../core/module.ts'

const PRIVATE = '0600'

/**
 * A plan in which files that it creates can be read by their owner alone where their content holds a secret and the
 * task gives no mode. A warning names them. Files that exist keep their mode, which their step names.
 */
export function keepPrivate(plan: Plan, holdsSecret: (text: string) => boolean = () => false): Plan {
  const found = new Set(plan.steps.filter((step) => isOpen(step) && holdsSecret(String(step.content))))
  if (found.size === 0) return plan
  const warnings = [...found].map(
    (step) =>
      `${(step as WriteStep).path} was not there and is created with mode ${PRIVATE}: its content holds a secret, and the task gives no mode`,
  )
  const { result = {} } = plan
  const before = Array.isArray(result.warnings) ? result.warnings : []
  return {
    ...plan,
    steps: plan.steps.map((step) => (found.has(step) ? { ...(step as WriteStep), mode: PRIVATE } : step)),
    result: {
      ...result,
      ...('mode' in result ? { mode: PRIVATE } : {}),
      warnings: [...before, ...warnings],
    },
  }
}

function isOpen(step: Step): step is WriteStep {
  if (step.kind !== 'write' || step.mode !== undefined) return false
  return typeof step.content === 'string' || Buffer.isBuffer(step.content)
}
