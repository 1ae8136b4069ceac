import type { Item } from '../playbook/model.ts'
import { type HostState, isActive } from './host.ts'
import type { Section } from './section.ts'

/** Runs items on hosts: the strategy, given by it, since handlers and tasks run alike. */
export type RunItems = (
  items: readonly Item[],
  hosts: readonly HostState[],
  section: Section,
) => Promise<void>

/**
 * Runs the notified handlers: each once a host, in the order they are defined. One that another handler notifies
 * runs in the same flush when it stands further down, else in the next.
 */
export async function flushHandlers(
  hosts: readonly HostState[],
  section: Section,
  runItems: RunItems,
): Promise<void> {
  const { handlers, play } = section
  const forced = play.play.force_handlers ? hosts.filter((host) => host.failed && !host.unreachable) : []
  for (const host of forced) host.failed = false
  // As in Ansible a handler's failure counts as one, though a rescue section around the flush may take it up.
  const inHandlers: Section = { ...section, inHandlers: true, rescuable: false, place: undefined }
  for (const [place, handler] of handlers.handlers.entries()) {
    const notified = hosts.filter((host) => isActive(host) && host.notified.delete(place))
    if (notified.length > 0) await runItems([handler], notified, inHandlers)
  }
  // A handler that failed ends its host's handlers for good, even where they are forced.
  for (const host of hosts.filter((one) => one.failed)) host.notified.clear()
  for (const host of forced) host.failed = true
}
