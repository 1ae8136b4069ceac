import type { Handler, LoadedTask } from '../playbook/model.ts'
import type { HostState } from './host.ts'

/** A play's handlers, and which of them each name means. Included roles and files may add some on the way. */
export interface HandlerBook {
  readonly handlers: readonly Handler[]
  places(name: string): readonly number[]
  add(handlers: readonly Handler[]): void
}

/**
 * Indexes handlers by what can notify them: their name, `role : name`, and the topics they listen to. Of several with
 * one name the last is meant; all that listen to a topic are.
 */
export function createHandlerBook(initial: readonly Handler[]): HandlerBook {
  const handlers: Handler[] = []
  const named = new Map<string, number>()
  const topics = new Map<string, number[]>()
  const book: HandlerBook = {
    handlers,
    places: (name) => {
      const place = named.get(name)
      return [...(place === undefined ? [] : [place]), ...(topics.get(name) ?? [])]
    },
    add: (more) => {
      for (const handler of more) {
        const place = handlers.push(handler) - 1
        const role = handler.context.role?.name
        for (const name of namesOf(handler.name, role)) named.set(name, place)
        for (const topic of handler.listen) {
          for (const name of namesOf(topic, role)) topics.set(name, [...(topics.get(name) ?? []), place])
        }
      }
    },
  }
  book.add(initial)
  return book
}

function namesOf(name: string | undefined, role: string | undefined): readonly string[] {
  if (name === undefined) return []
  return role === undefined ? [name] : [name, `${role} : ${name}`]
}

/** Puts down that a host's change notifies a task's handlers. */
export function notify(book: HandlerBook, task: LoadedTask, host: HostState): void {
  for (const name of task.notify) for (const place of book.places(name)) host.notified.add(place)
}
