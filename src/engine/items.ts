import type { Scope, Variables } from '../core/scope.ts'
import type { LoadedInclude, LoadedTask } from '../playbook/model.ts'
import type { LoopControl } from '../playbook/types.ts'
import { isOn } from './attempt.ts'
import type { Run } from './context.ts'
import type { HostState } from './host.ts'
import { hasLoop, loopControl, loopItems } from './loop-items.ts'
import type { PlayFacts } from './variable-facts.ts'

/** One round of a loop: its variables, and the scope in which they are seen. */
export interface LoopRound {
  readonly scope: Scope
  readonly loop: Variables
}

/**
 * The rounds of a task's loop, one by one; a single round without variables where there is no loop.
 * @throws {TaskError} when what is looped over is no list
 */
export function itemScopes(
  run: Run,
  play: PlayFacts,
  task: LoadedTask | LoadedInclude,
  host: HostState,
  outer: Scope,
): readonly LoopRound[] {
  if (!hasLoop(task)) return [{ scope: outer, loop: {} }]
  const items = loopItems(run, task, outer)
  const control = loopControl(run, task, outer)
  return items.map((item, index) => {
    const loop = roundVariables(control, items, item, index)
    return { loop, scope: run.variables.scope(host, { play, task, loop }) }
  })
}

function roundVariables(
  { loop_var = 'item', index_var, extended, extended_allitems = true }: LoopControl,
  items: readonly unknown[],
  item: unknown,
  index: number,
): Variables {
  return {
    [loop_var]: item,
    ansible_loop_var: loop_var,
    ...(index_var === undefined ? {} : { [index_var]: index, ansible_index_var: index_var }),
    ...(isOn(extended) ? { ansible_loop: loopFacts(items, index, { all: isOn(extended_allitems) }) } : {}),
  }
}

function loopFacts(items: readonly unknown[], index: number, { all }: { readonly all: boolean }): Variables {
  return {
    index: index + 1,
    index0: index,
    first: index === 0,
    last: index === items.length - 1,
    length: items.length,
    revindex: items.length - index,
    revindex0: items.length - index - 1,
    ...(all ? { allitems: items } : {}),
    ...(index > 0 ? { previtem: items[index - 1] } : {}),
    ...(index < items.length - 1 ? { nextitem: items[index + 1] } : {}),
  }
}
