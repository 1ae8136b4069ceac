import { TaskError } from '../core/errors.ts'
import type { Scope, Variables } from '../core/scope.ts'
import { isDictionary } from '../playbook/keywords.ts'
import type { LoadedInclude, LoadedTask } from '../playbook/model.ts'
import type { LoopControl } from '../playbook/types.ts'
import { isOn } from './attempt.ts'
import type { Run } from './context.ts'
import type { HostState } from './host.ts'
import type { PlayFacts } from './variable-facts.ts'

/** One round of a loop: its variables, and the scope in which they are seen. */
export interface LoopRound {
  readonly scope: Scope
  readonly loop: Variables
}

/** Whether a task or include has a loop. */
export function hasLoop(task: LoadedTask | LoadedInclude): boolean {
  return task.loop !== undefined || task.loop_with !== undefined
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

function loopItems(run: Run, task: LoadedTask | LoadedInclude, scope: Scope): readonly unknown[] {
  if (task.loop_with !== undefined) {
    const { lookup, terms } = task.loop_with
    const rendered = run.renderer.value(terms, scope, task.at)
    return run.renderer.templar.lookup(lookup, termsOf(lookup, rendered, task), scope, task.at)
  }
  const items = run.renderer.value(task.loop, scope, task.at)
  if (Array.isArray(items)) return items
  const shown = JSON.stringify(items) ?? String(items)
  throw new TaskError(`loop needs a list, and this is ${shown.slice(0, 200)}`, {
    at: task.at,
    hint: 'A dictionary becomes a list with the filter dict2items.',
  })
}

const LISTS_ONLY: readonly string[] = ['list', 'flattened', 'indexed_items']

// As in Ansible a dictionary stands for its keys, but where it is what the lookup takes, or cannot take.
function termsOf(lookup: string, terms: unknown, { at }: LoadedTask | LoadedInclude): readonly unknown[] {
  if (Array.isArray(terms)) return terms
  const name = lookup.replace(/^ansible\.builtin\./, '')
  if (!isDictionary(terms) || name === 'dict') return [terms]
  if (LISTS_ONLY.includes(name)) throw new TaskError(`with_${name} expects a list`, { at })
  return Object.keys(terms)
}

/** A task's `loop_control`, of which the names may be templates as well. */
export function loopControl(
  { renderer }: Run,
  { loop_control, at }: LoadedTask | LoadedInclude,
  scope: Scope,
): LoopControl {
  const { label, break_when, ...rest } = loop_control
  const rendered = renderer.value(rest, scope, at)
  return isDictionary(rendered) ? rendered : {}
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
