import type { Fields } from '../core/result.ts'
import type { Run } from './context.ts'

/** Tells what a module warns of in its result. */
export function tellWarnings({ emit }: Pick<Run, 'emit'>, { warnings }: Fields): void {
  if (Array.isArray(warnings))
    for (const message of warnings) emit({ kind: 'warning', message: String(message) })
}
