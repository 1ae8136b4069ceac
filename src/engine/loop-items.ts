import { TaskError } from '../core/errors.ts'
import type { Scope } from '../core/scope.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { keysOf } from '../core/values/dicts.ts'
import { compactJson } from '../core/values/json.ts'
import { isDict } from '../core/values/types.ts'
import type { LoadedInclude, LoadedTask } from '../playbook/model.ts'
import type { LoopControl } from '../playbook/types.ts'
import type { Renderer } from './renderer.ts'

interface Rendering {
  readonly renderer: Renderer
}

/** Whether a task or include has a loop. */
export function hasLoop(task: LoadedTask | LoadedInclude): boolean {
  return task.loop !== undefined || task.loop_with !== undefined
}

/**
 * What a task loops over.
 * @throws {TaskError} when it is no list
 */
export function loopItems(
  { renderer }: Rendering,
  task: LoadedTask | LoadedInclude,
  scope: Scope,
): readonly unknown[] {
  if (task.loop_with !== undefined) {
    const { lookup, terms } = task.loop_with
    const rendered = renderer.value(terms, scope, task.at)
    return renderer.templar.lookup(lookup, termsOf(lookup, rendered, task), scope, task.at)
  }
  const items = renderer.value(task.loop, scope, task.at)
  if (Array.isArray(items)) return items
  const shown = compactJson(items)
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
  if (!isDict(terms) || name === 'dict') return [terms]
  if (LISTS_ONLY.includes(name)) throw new TaskError(`with_${name} expects a list`, { at })
  return keysOf(terms)
}

/** A task's `loop_control`, of which the names may be templates as well. */
export function loopControl(
  { renderer }: Rendering,
  { loop_control, at }: LoadedTask | LoadedInclude,
  scope: Scope,
): LoopControl {
  const { label, break_when, ...rest } = loop_control
  const rendered = renderer.value(rest, scope, at)
  return isDictionary(rendered) ? rendered : {}
}
