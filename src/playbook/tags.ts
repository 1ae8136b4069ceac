import type { Item, LoadedPlay } from './model.ts'
import { itemsOf } from './model.ts'

/** Which tasks a run was asked for: `--tags` and `--skip-tags`. */
export interface TagSelection {
  readonly only: readonly string[]
  readonly skip: readonly string[]
}

/** Tags with a meaning of their own, which need not stand on any task. */
export const SPECIAL_TAGS = ['all', 'always', 'never', 'tagged', 'untagged'] as const

/**
 * Whether a task with these tags runs (Ansible: 'Selecting or skipping tags when you run a playbook'):
 * `always` runs unless it is skipped by name, `never` runs only when one of its tags is asked for, and
 * skipping beats asking.
 */
export function isSelected(tags: readonly string[], { only, skip }: TagSelection): boolean {
  const own = tags.length === 0 ? ['untagged'] : tags
  const has = (tag: string) => own.includes(tag)
  const asked = only.length === 0 ? ['all'] : only
  const tagged = !has('untagged')
  const runs =
    has('always') ||
    (asked.includes('all') && !has('never')) ||
    asked.some(has) ||
    (asked.includes('tagged') && tagged && !has('never'))
  if (!runs) return false
  if (skip.includes('all') && !(has('always') && !skip.includes('always'))) return false
  return !skip.some(has) && !(skip.includes('tagged') && tagged)
}

/** Whether anything of a play runs: some task, or its facts, which have the play's tags. */
export function selectsAny(play: LoadedPlay, selection: TagSelection): boolean {
  const runs = (item: Item): boolean =>
    item.kind === 'block'
      ? [...item.block, ...item.rescue, ...item.always].some(runs)
      : // A tag that is a template is known only when the task is reached.
        item.tags.some((tag) => tag.includes('{{')) || isSelected(item.tags, selection)
  const facts = play.gather_facts && isSelected(factTags(play), selection)
  return facts || play.sections.some((items) => items.some(runs))
}

/** As in Ansible, the gathering of facts has the play's tags, or `always` when it has none. */
export function factTags({ tags }: LoadedPlay): readonly string[] {
  return tags.length === 0 ? ['always'] : tags
}

/** All tags that stand in a play, sorted: for `--list-tags` and for suggestions. */
export function tagsOf(play: LoadedPlay): readonly string[] {
  const tags = [
    ...play.tags,
    ...play.sections.flatMap((section) => [...itemsOf(section)].flatMap((item) => item.tags)),
  ]
  return [...new Set(tags)].sort()
}
