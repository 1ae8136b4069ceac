import { AbsentError } from '../core/errors.ts'
import { type Item, type LoadedBlock, type LoadedMeta, ROLE_COMPLETE } from '../playbook/model.ts'
import { isSelected } from '../playbook/tags.ts'
import { flushHandlers } from './handlers.ts'
import { type HostState, isActive } from './host.ts'
import { runInclude } from './include.ts'
import { runOnHosts } from './run-on-hosts.ts'
import type { Section } from './section.ts'

/** Each task runs on all of the hosts before the next one starts on any: the linear strategy, given all hosts of a play. */
export async function runItems(
  items: readonly Item[],
  hosts: readonly HostState[],
  section: Section,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    const here: Section = { ...section, place: { items, index, outer: section.place } }
    const active = hosts.filter(
      (host) => isActive(host) && !endedWith(item, host) && (section.inHandlers || !hasRun(item, host)),
    )
    if (active.length === 0) continue
    if (item.kind === 'block') await runBlock(item, active, here)
    else if (item.kind === 'meta') await runMeta(item, active, section)
    else if (item.kind === 'include') await runInclude(item, active, here, runItems)
    else await runOnHosts(item, active, here)
  }
}

function endedWith(item: Item, host: HostState): boolean {
  return host.endedRole !== undefined && host.endedRole === item.context.role
}

// As in Ansible a role that has run on a host does not run again, unless it or who names it says otherwise.
function hasRun({ context: { role } }: Item, host: HostState): boolean {
  return role?.identity !== undefined && host.roles.get(role.identity) === 'complete'
}

async function runBlock(block: LoadedBlock, hosts: readonly HostState[], section: Section): Promise<void> {
  const rescued = block.rescue.length > 0
  await runItems(block.block, hosts, { ...section, rescuable: rescued || section.rescuable })
  if (rescued) {
    const failed = hosts.filter((host) => host.failed && !host.unreachable)
    for (const host of failed) host.failed = false
    await runItems(block.rescue, failed, section)
  }
  const failed = hosts.filter((host) => host.failed)
  const cleared = new Map(failed.map((host) => [host, host.cleared]))
  for (const host of failed) Object.assign(host, { failed: false, leaving: true })
  await runItems(block.always, hosts, section)
  for (const host of failed) {
    host.leaving = false
    if (host.cleared === cleared.get(host)) host.failed = true
  }
}

type Order = (
  meant: readonly HostState[],
  hosts: readonly HostState[],
  section: Section,
  meta: LoadedMeta,
) => unknown

const ORDERS: Readonly<Record<string, Order>> = {
  flush_handlers: (meant, _hosts, section, { at }) => {
    if (section.inHandlers) throw new AbsentError('flush_handlers cannot be used as a handler', { at })
    return flushHandlers(meant, section, runItems)
  },
  end_host: (meant) => end(meant),
  end_batch: (meant) => end(meant),
  end_play: (meant, _hosts, { play }) => {
    if (meant.length === 0) return
    play.ended = true
    end(meant)
  },
  end_role: (meant, _hosts, _section, meta) => {
    for (const host of meant) host.endedRole = meta.context.role
  },
  [ROLE_COMPLETE]: (_meant, hosts, _section, { context: { role } }) => {
    for (const { roles } of hosts)
      if (role?.identity !== undefined && roles.has(role.identity)) roles.set(role.identity, 'complete')
  },
  clear_facts: (meant, _hosts, { run }) => {
    for (const host of meant) {
      host.facts = {}
      run.factCache.remove(host.name)
    }
  },
  clear_host_errors: (meant, _hosts, { play, run }) => {
    if (meant.length === 0) return
    for (const host of play.allHosts.map(run.host))
      Object.assign(host, { failed: false, unreachable: false, cleared: host.cleared + 1 })
  },
  refresh_inventory: (meant, _hosts, { run }) => (meant.length === 0 ? undefined : run.inventory.refresh()),
  reset_connection: (meant, _hosts, { run }) => run.connections.reset(meant.map((host) => host.name)),
}

const FOR_ALL: readonly string[] = ['end_play', 'end_batch', 'clear_host_errors', 'refresh_inventory']

function end(hosts: readonly HostState[]): void {
  for (const host of hosts) host.ended = true
}

async function runMeta(meta: LoadedMeta, hosts: readonly HostState[], section: Section): Promise<void> {
  const { run, play } = section
  if (meta.action === ROLE_COMPLETE) return void ORDERS[ROLE_COMPLETE]?.([], hosts, section, meta)
  if (section.inHandlers) {
    const { name = meta.action, at } = meta
    run.emit({ kind: 'task', task: { name, module: 'meta', at, handler: true, no_log: false } })
  } else if (!isSelected(meta.tags, run.tags)) return
  const scopeOf = (host: HostState) => run.variables.scope(host, { play, task: meta })
  const meant = hosts.filter(
    (host) => run.renderer.firstFalse(meta.when, scopeOf(host), meta.at) === undefined,
  )
  // What is for all hosts alike is decided by the first of them (Ansible: these run once).
  const [first] = hosts
  const decided = !FOR_ALL.includes(meta.action) ? meant : meant[0] === first ? hosts : []
  if (decided.length > 0) run.emit({ kind: 'note', verbosity: 2, message: `META: ${meta.action}` })
  await ORDERS[meta.action]?.(decided, hosts, section, meta)
}
