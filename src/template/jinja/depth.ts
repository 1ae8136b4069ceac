import { EvaluationError } from '../../core/values/types.ts'

/** How deep macros and includes may call one another: far more than templates need, far less than the stack holds. */
const limit = 400

let depth = 0

/**
 * Runs something that may come back to itself.
 * @throws EvaluationError when it does so without end
 */
export function nested<T>(run: () => T): T {
  if (depth >= limit) throw new EvaluationError('the template calls itself without end')
  depth += 1
  try {
    return run()
  } finally {
    depth -= 1
  }
}
