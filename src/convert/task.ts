import { shortModuleName } from '../modules/module-name.ts'
import { KEYWORDS, STRUCTURE } from '../playbook/keywords.ts'
import type { Library } from '../playbook/library.ts'
import { readPairs } from '../playbook/pairs.ts'
import { convertCall } from './call.ts'
import { fitKeyword, isTyped, TYPED_STRUCTURE } from './fit-keyword.ts'
import { loopOf } from './loops.ts'
import { convertStructure, type Rename } from './structure.ts'
import {
  cast,
  type Dict,
  type Entry,
  entry,
  type Item,
  mapItems,
  remark,
  scalar,
  type Tree,
  textOf,
  treeOf,
  valueAt,
} from './tree.ts'

/** What converting tasks needs to know of its surroundings. */
export interface Surroundings {
  readonly library: Library
  readonly rename: Rename
  /** Told of what playscript does not have yet, or what looks wrong, with the line in the YAML file. */
  readonly note: (message: string, line: number | undefined) => void
}

/** Converts a list of tasks or handlers. */
export async function convertTasks(list: Tree, around: Surroundings): Promise<Tree> {
  if (list.kind === 'scalar' && list.value === null) return { kind: 'list', items: [], end: [] }
  if (list.kind !== 'list') return cast(list)
  const items: Item[] = []
  for (const item of list.items) {
    items.push(
      item.value.kind === 'dict'
        ? await convertTask(item, item.value, around)
        : { ...item, value: cast(item.value) },
    )
  }
  return { ...list, items }
}

const BLOCKS = ['block', 'rescue', 'always']
const PLACES: readonly string[] = [...STRUCTURE, 'include_tasks', 'include_role', 'include']

async function convertTask(item: Item, task: Dict, around: Surroundings): Promise<Item> {
  const unknown: string[] = []
  const includes = task.entries.some(({ key }) => /(^|\.)include_tasks$/.test(key))
  const written = task.entries.flatMap((one) => expand(includes ? renameLoop(one, around) : one))
  const given = written.find(({ key }) => key === 'args')
  // A template in the place of parameters cannot be merged with others: it stays a keyword.
  const args = given?.value.kind === 'dict' ? given : undefined
  const entries: Entry[] = []
  for (const one of written) {
    const { key } = one
    // What names a collection in its tasks' modules needs no list of collections.
    if (one === args || key === 'collections') continue
    if (isTyped(key, 'task')) entries.push(...fitKeyword(one, 'task'))
    else if (BLOCKS.includes(key)) entries.push({ ...one, value: await convertTasks(one.value, around) })
    else if (PLACES.includes(key)) entries.push(convertPlace(one, args, around, unknown))
    else entries.push(await convertModule(one, args, around, unknown))
  }
  // Where no place was found for it, `args` stays as it was written.
  const merged = written.some(({ key }) => !isTyped(key, 'task') && key !== 'args' && !unknown.includes(key))
  if (args !== undefined && !merged) entries.push(args)
  for (const name of unknown) around.note(lacking(name), item.line)
  const value: Tree = { ...task, entries }
  if (unknown.length === 0) return { ...item, value }
  const remarked = remark(item, unknown.map(lacking).join('; '))
  return { ...remarked, value: cast(value, 'Task') }
}

function lacking(name: string): string {
  const isPlace = PLACES.includes(name) || UNTYPED_KEYWORDS.includes(name) || name.startsWith('with_')
  if (Object.hasOwn(KEYWORDS.handler, name)) return `the type of a task has no ${name} yet`
  if (isPlace) return `playscript has no ${name} yet`
  return `playscript has no module ${name} yet`
}

/** Keywords of Ansible's that the type of a task may not have yet: never taken for a module. */
const UNTYPED_KEYWORDS = ['args', 'async', 'poll', 'debugger']

// The names that an include loops over are names of files as well.
function renameLoop(one: Entry, { rename }: Surroundings): Entry {
  if (one.key !== 'loop' && !one.key.startsWith('with_')) return one
  const change = (value: Tree): Tree => {
    const text = textOf(value)
    return text === undefined ? mapItems(value, change) : { ...value, ...scalar(rename(text)) }
  }
  return { ...one, value: change(one.value) }
}

// Older spellings: `action: copy …`, `local_action`, `with_…`, and names with their collection in front.
function expand(one: Entry): readonly Entry[] {
  const key = shortModuleName(one.key)
  if (key === 'action' || key === 'local_action') return expandAction(key, one)
  if (key === 'include') return [{ ...one, key: 'include_tasks' }]
  const lookup = /^with_([\w.]+)$/.exec(key)?.[1]
  const loop = lookup === undefined ? undefined : loopOf(lookup, one.value)
  return [loop === undefined ? { ...one, key } : { ...one, key: 'loop', value: loop }]
}

function expandAction(key: string, one: Entry): readonly Entry[] {
  const delegate = key === 'local_action' ? [entry('delegate_to', scalar('localhost'))] : []
  const { value } = one
  const text = textOf(
    value.kind === 'dict' ? value.entries.find((part) => part.key === 'module')?.value : value,
  )
  if (text === undefined) return [one, ...delegate]
  const [, name = '', rest] = /^\s*(\S+)(?:\s+([\s\S]+))?$/.exec(text) ?? []
  const module = shortModuleName(name)
  if (value.kind !== 'dict') return [entry(module, scalar(rest ?? null), one), ...delegate]
  const first = treeOf(rest === undefined ? {} : (readPairs(rest) ?? { _raw_params: rest })) as Dict
  const own = value.entries.filter((part) => part.key !== 'module')
  return [entry(module, { ...value, entries: [...first.entries, ...own] }, one), ...delegate]
}

function convertPlace(
  one: Entry,
  args: Entry | undefined,
  { rename, note }: Surroundings,
  unknown: string[],
): Entry {
  const variable =
    one.key === 'include_tasks' ? /^\{\{\s*(\w+)[^{}]*\}\}$/.exec(textOf(one.value) ?? '')?.[1] : undefined
  if (variable !== undefined && variable !== 'item') {
    note(
      `the name of the file comes from ${variable}: without its ending it finds TypeScript and YAML`,
      one.line,
    )
  }
  if (!(TYPED_STRUCTURE as readonly string[]).includes(one.key)) unknown.push(one.key)
  return { ...one, value: convertStructure(one.key, one.value, args, rename) }
}

async function convertModule(
  one: Entry,
  args: Entry | undefined,
  around: Surroundings,
  unknown: string[],
): Promise<Entry> {
  const module = UNTYPED_KEYWORDS.includes(one.key) ? undefined : await around.library.load(one.key)
  if (module === undefined) {
    unknown.push(one.key)
    return one
  }
  const { value, problems } = convertCall(module, one.value, args)
  for (const problem of problems) around.note(problem, one.line)
  warnOfMode(one, around)
  const [problem] = problems
  return problem === undefined ? { ...one, value } : remark({ ...one, value }, problem)
}

// `mode: 644` without its leading zero is a decimal number, and nobody means that.
function warnOfMode({ value, line }: Entry, { note }: Surroundings): void {
  const mode = valueAt(value, 'mode')
  if (mode?.kind !== 'scalar' || !/^[1-7][0-7]{2,3}$/.test(mode.written ?? '')) return
  const meant = `0${Number(mode.value).toString(8)}`
  note(`mode: ${mode.written} is a decimal number and means '${meant}'; was '0${mode.written}' meant?`, line)
}
