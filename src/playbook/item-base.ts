import { inherit } from './inherit.ts'
import type { NormalTask } from './normalize.ts'
import type { Surroundings } from './surroundings.ts'

/** What every item has that is no task: its inherited keywords, its name and its place. */
export function itemBase(
  { raw }: NormalTask,
  written: object,
  { passed, source, role, playbookDir }: Surroundings,
) {
  return {
    ...inherit(passed, raw),
    name: typeof raw.name === 'string' ? raw.name : undefined,
    at: source.locate(written),
    context: { role, playbookDir, taskDir: source.dir },
  }
}
