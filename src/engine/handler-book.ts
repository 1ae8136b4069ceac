import type { LoadedTask } from '../playbook/model.ts'
import type { HostState } from './host.ts'

/** A play's handlers, and which of them each name means. */
export interface HandlerBook {
  readonly handlers: readonly LoadedTask[]
  readonly places: ReadonlyMap<string, readonly number[]>
}

/**
 * Indexes handlers by what can notify them: their name, `role : name`, and the topics they listen to. Of several with
 * one name the last is meant; all that listen to a topic are.
 */
export function indexHandlers(handlers: readonly LoadedTask[]): HandlerBook {
  const places = new Map<string, number[]>()
  for (const [place, handler] of handlers.entries()) {
    const role = handler.context.role?.name
    if (handler.name !== undefined) {
      places.set(handler.name, [place])
      if (role !== undefined) places.set(`${role} : ${handler.name}`, [place])
    }
  }
  for (const [place, handler] of handlers.entries()) {
    for (const topic of handler.listen) places.set(topic, [...(places.get(topic) ?? []), place])
  }
  return { handlers, places }
}

/** Puts down that a host's change notifies a task's handlers. */
export function notify(book: HandlerBook, task: LoadedTask, host: HostState): void {
  for (const name of task.notify) for (const place of book.places.get(name) ?? []) host.notified.add(place)
}
