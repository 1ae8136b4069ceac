import { inherit } from './inherit.ts'
import { itemBase } from './item-base.ts'
import type { Item } from './model.ts'
import type { NormalTask } from './normalize.ts'
import type { Surroundings } from './surroundings.ts'

/** Loads a block, with what it does when its tasks fail. */
export async function loadBlock(
  task: NormalTask,
  written: object,
  around: Surroundings,
): Promise<readonly Item[]> {
  const { raw } = task
  const inside = { ...around, passed: inherit(around.passed, raw) }
  if (around.kind === 'handler') return handlersIn(raw, written, around, inside)
  return [
    {
      ...itemBase(task, written, around),
      kind: 'block',
      block: await around.loaders.items(raw.block, { ...inside, rescued: around.rescued || isRescued(raw) }),
      rescue: await around.loaders.items(raw.rescue, inside),
      always: await around.loaders.items(raw.always, inside),
    },
  ]
}

// As in Ansible a block among handlers groups them, and no more: each is notified by its own name.
async function handlersIn(
  raw: NormalTask['raw'],
  written: object,
  { problems, source, grouped, loaders }: Surroundings,
  inside: Surroundings,
): Promise<readonly Item[]> {
  if (grouped || raw.rescue !== undefined || raw.always !== undefined) {
    const message = 'Using a block as a handler is not supported: include a file of tasks instead'
    problems.add(message, source.locate(written))
  }
  return loaders.items(raw.block, { ...inside, grouped: true })
}

function isRescued({ rescue }: NormalTask['raw']): boolean {
  return Array.isArray(rescue) && rescue.length > 0
}
