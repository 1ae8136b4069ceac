import { isAbsolute, join } from 'node:path'
import type { Module } from '../core/module.ts'
import { didYouMean } from '../core/suggest.ts'
import { checkTaskArguments } from './check-task.ts'
import { inherit, listOf, type Passed, words } from './inherit.ts'
import { isDictionary, KEYWORDS, keywordProblem, STRUCTURE } from './keywords.ts'
import type { Library } from './library.ts'
import type { Item, LoadedRole, LoadedTask } from './model.ts'
import type { Problems } from './problems.ts'
import { findSource, readSource, type Source } from './source.ts'

/** What loading a list of tasks knows of its surroundings. */
export interface Surroundings {
  readonly kind: 'task' | 'handler'
  readonly source: Source
  readonly role: LoadedRole | undefined
  readonly playbookDir: string
  readonly passed: Passed
  readonly library: Library
  readonly problems: Problems
  /** Files being imported, from the outermost: an import of one of them goes round in a circle. */
  readonly importing: readonly string[]
  /** Loads the tasks of a role that stand in a task's place. */
  readonly importRole: (
    name: string,
    tasksFrom: string | undefined,
    around: Surroundings,
  ) => Promise<readonly Item[]>
}

/** Loads a list of tasks: blocks nested, imports replaced by what they import, keywords inherited, arguments checked. */
export async function loadItems(list: unknown, around: Surroundings): Promise<readonly Item[]> {
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) {
    around.problems.add('must be a list of tasks', around.source.locate(list))
    return []
  }
  const items: Item[] = []
  for (const raw of list) items.push(...(await loadItem(raw, around)))
  return items
}

async function loadItem(raw: unknown, around: Surroundings): Promise<readonly Item[]> {
  const { problems, source } = around
  if (!isDictionary(raw)) {
    problems.add(`a task must be a dictionary, and this is ${JSON.stringify(raw)}`, source.locate(raw))
    return []
  }
  const structure = STRUCTURE.filter((key) => raw[key] !== undefined)
  const [first] = structure
  if (first === undefined) return loadTask(raw, around)
  const keywords = first === 'block' ? KEYWORDS.block : KEYWORDS.task
  const allowed = new Set([...Object.keys(keywords), first])
  for (const key of Object.keys(raw)) {
    if (!allowed.has(key)) {
      problems.add(
        `'${key}' cannot stand beside ${first}${didYouMean(key, allowed)}`,
        source.locate(raw, key),
      )
    }
  }
  checkKeywords(raw, keywords, around)
  if (first === 'block') return loadBlock(raw, around)
  if (first === 'meta') return loadMeta(raw, around)
  return first === 'import_role' ? importRole(raw, around) : importTasks(raw, around)
}

function checkKeywords(
  raw: Readonly<Record<string, unknown>>,
  keywords: (typeof KEYWORDS)['task' | 'block' | 'handler'],
  { problems, source }: Surroundings,
): void {
  for (const [keyword, type] of Object.entries(keywords)) {
    const problem = keywordProblem(keyword, type, raw[keyword])
    if (problem !== undefined) problems.add(problem, source.locate(raw, keyword))
  }
}

function itemBase(
  raw: Readonly<Record<string, unknown>>,
  { passed, source, role, playbookDir }: Surroundings,
) {
  return {
    ...inherit(passed, raw),
    name: typeof raw.name === 'string' ? raw.name : undefined,
    at: source.locate(raw),
    context: { role, playbookDir, taskDir: source.dir },
  }
}

async function loadBlock(
  raw: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Promise<readonly Item[]> {
  const inside = { ...around, passed: inherit(around.passed, raw) }
  return [
    {
      ...itemBase(raw, around),
      kind: 'block',
      block: await loadItems(raw.block, inside),
      rescue: await loadItems(raw.rescue, inside),
      always: await loadItems(raw.always, inside),
    },
  ]
}

const META = ['flush_handlers', 'end_play', 'end_host', 'clear_facts', 'noop']

function loadMeta(raw: Readonly<Record<string, unknown>>, around: Surroundings): readonly Item[] {
  const action = String(raw.meta)
  if (!META.includes(action)) {
    const message = `meta is '${action}'; it must be one of: ${META.join(', ')}${didYouMean(action, META)}`
    around.problems.add(message, around.source.locate(raw, 'meta'))
  }
  return [{ ...itemBase(raw, around), kind: 'meta', action }]
}

async function importTasks(
  raw: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Promise<readonly Item[]> {
  const { problems, source, role } = around
  const at = source.locate(raw, 'import_tasks')
  const value = isDictionary(raw.import_tasks) ? raw.import_tasks.file : raw.import_tasks
  if (typeof value !== 'string' || value.includes('{{')) {
    problems.add('import_tasks needs the name of a file, known before the play runs', at)
    return []
  }
  const folders = [source.dir, ...(role === undefined ? [] : [join(role.path, 'tasks')]), around.playbookDir]
  const candidates = isAbsolute(value) ? [value] : folders.map((folder) => join(folder, value))
  const file = candidates.map(findSource).find((found) => found !== undefined)
  if (file === undefined) {
    problems.add(`there is no file '${value}' to import (looked in ${[...new Set(folders)].join(', ')})`, at)
    return []
  }
  if (around.importing.includes(file)) {
    problems.add(`imports go round in a circle: ${[...around.importing, file].join(' -> ')}`, at)
    return []
  }
  const imported = await problems.attempt(() => readSource(file))
  if (imported === undefined) return []
  return loadItems(imported.value, {
    ...around,
    source: imported,
    passed: inherit(around.passed, raw),
    importing: [...around.importing, file],
  })
}

async function importRole(
  raw: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Promise<readonly Item[]> {
  const options = isDictionary(raw.import_role) ? raw.import_role : { name: raw.import_role }
  if (typeof options.name !== 'string') {
    around.problems.add('import_role needs the name of a role', around.source.locate(raw, 'import_role'))
    return []
  }
  const tasksFrom = typeof options.tasks_from === 'string' ? options.tasks_from : undefined
  return around.importRole(options.name, tasksFrom, { ...around, passed: inherit(around.passed, raw) })
}

async function loadTask(
  raw: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Promise<readonly Item[]> {
  const { problems, source, library } = around
  const keywords = KEYWORDS[around.kind]
  checkKeywords(raw, keywords, around)
  const candidates = Object.keys(raw).filter((key) => !(key in keywords) && raw[key] !== undefined)
  const modules: [string, Module][] = []
  for (const key of candidates) {
    const module = await problems.attempt(() => library.load(key))
    if (module !== undefined) modules.push([key, module])
    else {
      const known = [...Object.keys(keywords), ...STRUCTURE, ...library.names()]
      problems.add(
        `'${key}' is neither a module nor a keyword of a ${around.kind}${didYouMean(key, known)}`,
        source.locate(raw, key),
      )
    }
  }
  const [found, second] = modules
  if (second !== undefined) {
    const names = modules.map(([name]) => name).join(' and ')
    problems.add(`a task runs one module, and this one names ${names}`, source.locate(raw))
  }
  if (found === undefined) {
    if (candidates.length === 0) problems.add('the task names no module', source.locate(raw))
    return []
  }
  const [action, module] = found
  const args = taskArguments(raw[action], raw.args)
  const task = buildTask(raw, { action, module, args }, around)
  for (const problem of checkTaskArguments(module, args)) problems.add(problem, source.locate(raw, action))
  return [task]
}

// The keyword `args` gives parameters beside those under the module's name, or beside its bare string.
function taskArguments(value: unknown, more: unknown): unknown {
  if (!isDictionary(more)) return value
  if (typeof value === 'string') return { ...more, _raw_params: value }
  return { ...more, ...(isDictionary(value) ? value : {}) }
}

function buildTask(
  raw: Readonly<Record<string, unknown>>,
  called: Pick<LoadedTask, 'action' | 'module' | 'args'>,
  around: Surroundings,
): LoadedTask {
  const optional: Record<string, unknown> = {}
  for (const key of ['register', 'loop', 'retries', 'delay'])
    if (raw[key] !== undefined) optional[key] = raw[key]
  for (const key of ['until', 'changed_when', 'failed_when'])
    if (raw[key] !== undefined) optional[key] = listOf(raw[key])
  return {
    ...itemBase(raw, around),
    ...optional,
    ...called,
    kind: 'task',
    loop_control: isDictionary(raw.loop_control) ? raw.loop_control : {},
    notify: words(raw.notify),
    listen: words(raw.listen),
  }
}
