import type { TestFile } from './files.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { openLane, runAlone } from './process.ts'

/** How test files run. */
export interface LaneOptions {
  /** Seconds after which a file's process is killed. */
  readonly limit: number
  /** Run only the tests whose name, or whose suite's name, contains these words. */
  readonly grep?: string | undefined
  readonly env?: Readonly<Record<string, string>>
  /** The command that runs another in the lab's network. */
  readonly inside?: (argv: readonly string[]) => readonly string[]
}

/**
 * Runs one test file of the queue after another until none is left. They share one process; those that must be alone get
 * their own.
 */
export async function runLane(
  queue: TestFile[],
  { limit, grep, env = {}, inside = (argv) => argv }: LaneOptions,
  done: (outcome: Outcome) => void,
): Promise<void> {
  const choosing = grep === undefined ? [] : ['--import', new URL('./grep.ts', import.meta.url).href]
  const node = [process.execPath, '--import', 'tsx', ...choosing]
  const start = { env: { ...env, ...(grep !== undefined && { PLAYSCRIPT_TEST_GREP: grep }) } }
  const lane = openLane({ ...start, command: inside(node) }, limit)
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { file, alone } = next
    done(outcomeOf(await (alone ? runAlone({ ...start, command: node }, file, limit) : lane.run(file))))
  }
  const late = await lane.end()
  if (late !== undefined) done(outcomeOf(late))
}
