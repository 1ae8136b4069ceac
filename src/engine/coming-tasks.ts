import { type Item, type LoadedTask, ROLE_COMPLETE } from '../playbook/model.ts'
import type { HostState } from './host.ts'

/** Where in the play a task stands: in a list of items, which itself is part of another. */
export interface Place {
  readonly items: readonly Item[]
  readonly index: number
  readonly outer: Place | undefined
}

/**
 * The tasks that follow on a host if nothing fails and nothing is changed, in order. They end at what only its turn can
 * decide: a dynamic include, an order to the engine, handlers that were notified.
 */
export function* comingTasks(place: Place | undefined, host: HostState): Iterable<LoadedTask> {
  for (let level = place; level !== undefined; level = level.outer) {
    if (!(yield* tasksIn(level.items.slice(level.index + 1), host))) return
  }
}

/** @returns whether what comes behind these items follows as well */
function* tasksIn(items: readonly Item[], host: HostState): Generator<LoadedTask, boolean> {
  for (const item of items) {
    if (item.kind === 'task') yield item
    else if (item.kind === 'block') {
      if (!(yield* tasksIn([...item.block, ...item.always], host))) return false
    } else if (!changesNothing(item, host)) return false
  }
  return true
}

function changesNothing(item: Item, host: HostState): boolean {
  if (item.kind !== 'meta') return false
  if (item.action === ROLE_COMPLETE) return true
  return item.action === 'noop' || (item.action === 'flush_handlers' && host.notified.size === 0)
}
