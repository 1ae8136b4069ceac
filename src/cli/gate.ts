import { UsageError } from '../core/errors.ts'
import type { TaskLabel } from '../core/events.ts'
import { didYouMean } from '../core/suggest.ts'
import { type LoadedPlay, tasksOf } from '../playbook/model.ts'
import type { Io } from './io.ts'

/** Asked before each task: whether it runs. */
export type Gate = (task: TaskLabel) => Promise<boolean>

export interface GateOptions {
  /** `--start-at-task`: a name, or a pattern with `*` and `?`. */
  readonly startAt?: string | undefined
  /** `--step`: ask the user before each task. */
  readonly step?: boolean | undefined
}

/**
 * What `--start-at-task` and `--step` make of a run; undefined when neither was given.
 * @throws {UsageError} when no task has the name to start at
 */
export function createGate(
  { startAt, step }: GateOptions,
  plays: readonly LoadedPlay[],
  io: Io,
): Gate | undefined {
  if (startAt === undefined && !step) return undefined
  let waiting = startAt !== undefined
  let asking = step === true
  const matches = startAt === undefined ? () => true : matcher(startAt)
  if (startAt !== undefined) checkName(startAt, matches, plays)
  return async ({ name }) => {
    if (waiting && !matches(name)) return false
    waiting = false
    if (!asking) return true
    const { ask } = await import('./ask.ts')
    const answer = (await ask(`Perform task: ${name} (N)o/(y)es/(c)ontinue: `, io, { shown: true }))
      .trim()
      .toLowerCase()
    if (/^c/.test(answer)) asking = false
    return /^[cy]/.test(answer)
  }
}

// A task is named by its own name, or by `role : name`.
function matcher(pattern: string): (name: string) => boolean {
  const text = pattern
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const whole = new RegExp(`^${text}$`, 's')
  return (name) => whole.test(name) || whole.test(name.replace(/^.*? : /, ''))
}

function checkName(startAt: string, matches: (name: string) => boolean, plays: readonly LoadedPlay[]): void {
  const tasks = plays.flatMap((play) => play.sections.flatMap((section) => [...tasksOf(section)]))
  const names = tasks.map((task) => task.name ?? task.action)
  if (names.some(matches)) return
  throw new UsageError(`no task is named '${startAt}'${didYouMean(startAt, names)}`, {
    hint: 'See --list-tasks.',
  })
}
