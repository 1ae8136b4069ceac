import { words } from '../playbook/inherit.ts'
import type { LoadedInclude, LoadedTask } from '../playbook/model.ts'
import { isSelected } from '../playbook/tags.ts'
import { isOn } from './attempt.ts'
import type { Place } from './coming-tasks.ts'
import type { Run } from './context.ts'
import type { HandlerBook } from './handler-book.ts'
import type { HostState } from './host.ts'
import type { IncludeChain } from './include-chain.ts'
import type { PlayFacts } from './variable-facts.ts'

/** Where tasks run: the play, its handlers, and what a failure means here. */
export interface Section {
  readonly run: Run
  readonly play: PlayFacts
  readonly handlers: HandlerBook
  /** A rescue section around these tasks will take a failure up. */
  readonly rescuable: boolean
  /** These tasks are handlers: tags do not choose among them. */
  readonly inHandlers: boolean
  /** Where the task stands, when others follow it. */
  readonly place?: Place | undefined
  /** The dynamic includes around these tasks. */
  readonly included?: IncludeChain | undefined
}

/** Whether tags choose a task or include; they may be templates. Handlers run whatever their tags. */
export function isWanted(task: LoadedTask | LoadedInclude, host: HostState, section: Section): boolean {
  const { run, play, inHandlers } = section
  if (inHandlers) return true
  if (!task.tags.some((tag) => tag.includes('{{'))) return isSelected(task.tags, run.tags)
  return isSelected(
    words(run.renderer.value(task.tags, run.variables.scope(host, { play, task }), task.at)),
    run.tags,
  )
}

/** Whether a task is for one host of all. */
export function runsOnce(task: LoadedTask | LoadedInclude, host: HostState, { run, play }: Section): boolean {
  if (task.run_once === undefined) return false
  return isOn(run.renderer.value(task.run_once, run.variables.scope(host, { play, task }), task.at))
}
