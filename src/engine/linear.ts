import type { Item, LoadedBlock, LoadedMeta } from '../playbook/model.ts'
import { isSelected } from '../playbook/tags.ts'
import { flushHandlers } from './handlers.ts'
import { type HostState, isActive } from './host.ts'
import { runOnHosts, type Section } from './run-on-hosts.ts'

/** The linear strategy: each task runs on all hosts before the next one starts on any. */
export async function runItems(
  items: readonly Item[],
  hosts: readonly HostState[],
  section: Section,
): Promise<void> {
  for (const item of items) {
    const active = hosts.filter(isActive)
    if (active.length === 0) return
    if (item.kind === 'block') await runBlock(item, active, section)
    else if (item.kind === 'meta') await runMeta(item, active, section)
    else await runOnHosts(item, active, section)
  }
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
  for (const host of failed) host.failed = false
  await runItems(block.always, hosts, section)
  for (const host of failed) host.failed = true
}

async function runMeta(meta: LoadedMeta, hosts: readonly HostState[], section: Section): Promise<void> {
  const { run, play } = section
  if (!isSelected(meta.tags, run.tags)) return
  const scopeOf = (host: HostState) => run.variables.scope(host, { play })
  const meant = hosts.filter(
    (host) => run.renderer.firstFalse(meta.when, scopeOf(host), meta.at) === undefined,
  )
  if (meta.action === 'flush_handlers') await flushHandlers(meant, section)
  else if (meta.action === 'end_host') for (const host of meant) host.ended = true
  else if (meta.action === 'end_play' && meant.length > 0) for (const host of hosts) host.ended = true
  else if (meta.action === 'clear_facts') for (const host of meant) host.facts = {}
}
