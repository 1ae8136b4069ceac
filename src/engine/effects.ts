import type { TaskResult } from '../core/result.ts'
import type { Variables } from '../core/scope.ts'
import { byName, isDictionary } from '../core/values/dictionary.ts'
import { withGroup, withHost } from '../inventory/extend.ts'
import type { LoadedTask } from '../playbook/model.ts'
import type { Run } from './context.ts'
import type { HostState } from './host.ts'

type Effect = (run: Run, host: HostState, fields: Variables) => void

// By the module and not by the field: no other module's output can change the inventory.
const EFFECTS: Readonly<Record<string, Effect>> = {
  add_host: (run, _host, { add_host: added }) => {
    if (!isDictionary(added)) return
    const host = {
      name: String(added.host_name),
      groups: (added.groups as readonly string[]) ?? [],
      vars: byName(added.host_vars) ?? {},
    }
    run.inventory.change((inventory) => withHost(inventory, host))
  },
  group_by: (run, host, { add_group: group, parent_groups: parents }) => {
    if (typeof group !== 'string') return
    const above = (parents as readonly string[]) ?? []
    run.inventory.change((inventory) => withGroup(inventory, group, { hosts: [host.name], parents: above }))
  },
  set_stats: (run, host, { ansible_stats: stats }) => {
    if (!isDictionary(stats) || !isDictionary(stats.data)) return
    run.stats.set(stats.data, {
      aggregate: stats.aggregate === true,
      host: stats.per_host === true ? host.name : undefined,
    })
  },
}

/**
 * Does what a task, or one item of its loop, asks of the run itself: hosts and groups added, values for its end.
 * @throws {InventoryError} for a bad name, or a group that would contain itself: the task fails
 */
export function keepEffects(
  run: Run,
  task: LoadedTask,
  host: HostState,
  { status, fields }: TaskResult,
): void {
  const effect = EFFECTS[task.module.name]
  if (effect === undefined || (status !== 'ok' && status !== 'changed')) return
  effect(run, host, fields)
  // What was read ahead may have been rendered with the groups of before.
  run.ahead.discard()
}
