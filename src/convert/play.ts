import { fitKeyword, isTyped } from './fit-keyword.ts'
import { convertTasks, type Surroundings } from './task.ts'
import {
  cast,
  type Dict,
  type Entry,
  type Item,
  mapItems,
  remark,
  scalar,
  type Tree,
  textOf,
} from './tree.ts'

const LISTS = ['pre_tasks', 'tasks', 'post_tasks', 'handlers']
const UNTYPED = 'the type of a play has no'

/** Converts the plays of a playbook. */
export async function convertPlays(list: Tree, around: Surroundings): Promise<Tree> {
  if (list.kind !== 'list') return cast(list)
  const items: Item[] = []
  for (const item of list.items) {
    if (item.value.kind === 'dict') items.push(await convertPlay(item, item.value, around))
    else items.push({ ...item, value: cast(item.value) })
  }
  return { ...list, items }
}

async function convertPlay(item: Item, play: Dict, around: Surroundings): Promise<Item> {
  const unknown: string[] = []
  const entries: Entry[] = []
  for (const written of play.entries) {
    const one = { ...written, key: written.key.replace(/^ansible\.(builtin|legacy)\./, '') }
    if (one.key === 'collections') continue
    if (LISTS.includes(one.key)) entries.push({ ...one, value: await convertTasks(one.value, around) })
    else if (one.key === 'roles') entries.push({ ...one, value: convertRoles(one.value) })
    else if (one.key === 'import_playbook') entries.push({ ...one, value: renamed(one.value, around) })
    else if (isTyped(one.key, 'play')) entries.push(...fitKeyword(one, 'play'))
    else {
      unknown.push(one.key)
      entries.push(one)
    }
  }
  const value: Tree = { ...play, entries }
  for (const key of unknown) around.note(`${UNTYPED} ${key} yet`, item.line)
  if (entries.every(({ key }) => key !== 'hosts')) return { ...item, value: cast(value) }
  if (unknown.length === 0) return { ...item, value }
  return { ...remark(item, `${UNTYPED} ${unknown.join(', ')} yet`), value: cast(value, 'Play') }
}

function renamed(value: Tree, { rename }: Surroundings): Tree {
  const text = textOf(value)
  return text === undefined ? value : scalar(rename(text))
}

// A role's entry names it with `role`; `name` is the older word for the same.
function convertRoles(value: Tree): Tree {
  return mapItems(value, (one) => {
    if (one.kind !== 'dict') return textOf(one) === undefined ? cast(one) : one
    const hasRole = one.entries.some(({ key }) => key === 'role')
    const entries = one.entries.flatMap((part) => {
      if (part.key === 'name' && !hasRole) return [{ ...part, key: 'role' }]
      return isTyped(part.key, 'task') && part.key !== 'name' ? fitKeyword(part, 'task') : [part]
    })
    return { ...one, entries }
  })
}
