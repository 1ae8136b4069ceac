import type { Handler } from '../playbook/model.ts'
import type { HostState } from './host.ts'

/** A play's handlers, and which of them each name means. Included roles and files may add some on the way. */
export interface HandlerBook {
  readonly handlers: readonly Handler[]
  places(name: string): readonly number[]
  add(handlers: readonly Handler[]): void
  /** The handlers that nothing can notify, since their names could not be rendered; each is told once. */
  unusable(): readonly Handler[]
}

/**
 * Indexes handlers by what can notify them: their name, `role : name`, and the topics they listen to. Of several with
 * one name the last role's is meant, or the play's, and in one list of handlers the first; all that listen to a topic are.
 * @param rendered gives a handler's name, where it is a template, its value; undefined where it has none
 */
export function createHandlerBook(
  initial: readonly Handler[],
  rendered: (name: string, handler: Handler) => string | undefined = (name) => name,
): HandlerBook {
  const handlers: Handler[] = []
  const named = new Map<string, number>()
  const topics = new Map<string, number[]>()
  const unusable: Handler[] = []
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
        const own = handler.name === undefined ? undefined : rendered(handler.name, handler)
        if (own === undefined && handler.name !== undefined && handler.listen.length === 0)
          unusable.push(handler)
        for (const name of namesOf(own, role)) {
          const known = handlers[named.get(name) ?? place]
          if (known === handler || known?.context.role !== handler.context.role) named.set(name, place)
        }
        for (const topic of handler.listen) {
          for (const name of namesOf(topic, role)) topics.set(name, [...(topics.get(name) ?? []), place])
        }
      }
    },
    unusable: () => unusable.splice(0),
  }
  book.add(initial)
  return book
}

function namesOf(name: string | undefined, role: string | undefined): readonly string[] {
  if (name === undefined) return []
  return role === undefined ? [name] : [name, `${role} : ${name}`]
}

/**
 * Puts down that a host's change notifies handlers.
 * @returns the names that no handler has
 */
export function notify(book: HandlerBook, names: readonly string[], host: HostState): readonly string[] {
  return names.filter((name) => {
    const places = book.places(name)
    for (const place of places) host.notified.add(place)
    return places.length === 0
  })
}
