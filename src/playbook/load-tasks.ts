import { ArgumentError, Problem, TaskError } from '../core/errors.ts'
import type { Module } from '../core/module.ts'
import { didYouMean } from '../core/suggest.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { shown } from '../core/values/json.ts'
import { readFreeForm } from '../modules/commands/free-form.ts'
import { absentModule, chosenModule, missingModule } from './absent-module.ts'
import { checkTaskArguments, ignoredArguments } from './check-task.ts'
import { inherit, listOf } from './inherit.ts'
import { keywordProblem } from './keyword-problem.ts'
import { KEYWORDS, type KeywordType, STRUCTURE } from './keywords.ts'
import { loadStructure } from './load-structure.ts'
import type { Item, LoadedTask } from './model.ts'
import { type NormalTask, normalizeTask } from './normalize.ts'
import { withoutOldInclude } from './old-include.ts'
import { readPairs } from './pairs.ts'
import { refuses } from './problems.ts'
import type { Surroundings } from './surroundings.ts'

/** Loads a list of tasks: blocks nested, imports replaced by what they import, keywords inherited, arguments checked. */
export async function loadItems(list: unknown, around: Surroundings): Promise<readonly Item[]> {
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) {
    const found = typeof list === 'string' ? `, not '${list}'` : ''
    around.problems.add(`must be a list of tasks${found}`, around.source.locate(list))
    return []
  }
  around.ahead.tasks(list, around)
  const items: Item[] = []
  for (const written of list) items.push(...(await loadItem(written, around)))
  return items
}

async function loadItem(written: unknown, around: Surroundings): Promise<readonly Item[]> {
  const { problems, source } = around
  if (!isDictionary(written)) {
    problems.add(`a task must be a dictionary, and this is ${shown(written)}`, source.locate(written))
    return []
  }
  const task = withoutOldInclude(normalizeTask(written), around)
  const structure = STRUCTURE.find((key) => task.raw[key] !== undefined)
  if (structure === undefined) return loadTask(task, written, around)
  const keywords = keywordsOf(structure, around.kind)
  const allowed = new Set([...Object.keys(keywords), structure])
  for (const key of Object.keys(task.raw)) {
    if (!allowed.has(key)) {
      problems.add(
        `'${key}' cannot stand beside ${structure}${didYouMean(key, allowed)}`,
        source.locate(written, key),
      )
    }
  }
  if (task.loopWith !== undefined && !structure.startsWith('include_')) {
    problems.add(
      `'${task.loopWith.key}' cannot stand beside ${structure}`,
      source.locate(written, task.loopWith.key),
    )
  }
  checkKeywords(task.raw, written, keywords, around)
  return loadStructure(structure, task, written, around)
}

function keywordsOf(
  structure: (typeof STRUCTURE)[number],
  kind: Surroundings['kind'],
): Readonly<Record<string, KeywordType>> {
  if (structure === 'block') return KEYWORDS.block
  if (structure.startsWith('include_')) return KEYWORDS.include
  const all: Readonly<Record<string, KeywordType>> = KEYWORDS[kind]
  const { loop: _loop, loop_control: _control, ...rest } = all
  return rest
}

function checkKeywords(
  raw: Readonly<Record<string, unknown>>,
  written: object,
  keywords: Readonly<Record<string, KeywordType>>,
  { problems, source }: Surroundings,
): void {
  for (const [keyword, type] of Object.entries(keywords)) {
    const problem = keywordProblem(keyword, type, raw[keyword])
    if (problem !== undefined) problems.add(problem, source.locate(written, keyword))
  }
}

async function loadTask(task: NormalTask, written: object, around: Surroundings): Promise<readonly Item[]> {
  const { problems, source } = around
  const { raw } = task
  const keywords: Readonly<Record<string, KeywordType>> = KEYWORDS[around.kind]
  checkKeywords(raw, written, keywords, around)
  const candidates = Object.keys(raw).filter((key) => !(key in keywords))
  const modules = await findModules(candidates, task, written, around)
  const [found, second] = modules
  if (second !== undefined) {
    const names = modules.map(([name]) => name).join(' and ')
    problems.add(`a task runs one module, and this one names ${names}`, source.locate(written))
  }
  if (found === undefined) {
    if (candidates.length === 0) problems.add('the task names no module', source.locate(written))
    return []
  }
  const [action, module] = found
  const args = taskArguments(module, raw[action], raw.args)
  if (!expectsFailure(raw, around))
    for (const problem of checkTaskArguments(module, args)) {
      const named = problem.startsWith(module.name) ? problem : `${module.name}: ${problem}`
      problems.doubt(new ArgumentError(named, { at: source.locate(written, action) }))
    }
  for (const message of ignoredArguments(module, args)) problems.warn(message)
  const loaded = buildTask(task, written, { action, module, args }, around)
  return [action === task.chosen ? { ...loaded, choose: moduleChooser(raw, action, around) } : loaded]
}

function moduleChooser(
  raw: NormalTask['raw'],
  key: string,
  { library }: Surroundings,
): NonNullable<LoadedTask['choose']> {
  return async (action) => {
    const module = await library.load(action)
    if (module === undefined)
      throw new TaskError(`${key} is '${action}', which is no module${didYouMean(action, library.names())}`)
    return { action, module, args: taskArguments(module, raw[key], raw.args) }
  }
}

// Whoever says what happens when a task fails may want it to fail: for its arguments, too, when it runs.
function expectsFailure(raw: NormalTask['raw'], { passed, rescued }: Surroundings): boolean {
  const { ignore_errors = false } = inherit(passed, raw)
  return rescued === true || raw.failed_when !== undefined || ignore_errors !== false
}

async function findModules(
  candidates: readonly string[],
  { raw, chosen }: NormalTask,
  written: object,
  { problems, source, library, kind, passed, strict }: Surroundings,
): Promise<readonly (readonly [string, Module])[]> {
  const modules: [string, Module][] = []
  for (const key of candidates) {
    const module = key === chosen ? chosenModule(key) : await problems.attempt(() => library.load(key))
    const missing = module === undefined ? missingModule(key, library) : undefined
    if (module !== undefined) modules.push([key, module])
    else if (missing !== undefined) {
      const problem = new Problem(missing, { at: source.locate(written, key) })
      const mayBeSkipped = kind === 'handler' || [...passed.when, ...listOf(raw.when)].length > 0
      const isRefused = refuses(problem, strict)
      if (isRefused && !mayBeSkipped) problems.list.push(problem)
      else modules.push([key, absentModule(key, missing)])
      if (!isRefused) problems.doubts.push(problem)
    } else {
      const known = [...Object.keys(KEYWORDS[kind]), ...STRUCTURE, ...library.names()]
      const message = `'${key}' is neither a module nor a keyword of a ${kind}${didYouMean(key, known)}`
      problems.add(message, source.locate(written, key))
    }
  }
  return modules
}

// The keyword `args` gives parameters beside those under the module's name, or beside its bare string. What stands in
// a bare string is taken apart now: a variable's value cannot be taken for a parameter later.
function taskArguments(module: Module, value: unknown, more: unknown): unknown {
  const extra = isDictionary(more) ? more : undefined
  const given = typeof value === 'string' ? textArguments(module, value) : value
  if (extra === undefined) return given
  if (typeof given === 'string') return { ...extra, _raw_params: given }
  return { ...extra, ...(isDictionary(given) ? given : {}) }
}

function textArguments(module: Module, text: string): unknown {
  if (
    module.free_form === '_raw_params' &&
    'cmd' in module.args &&
    'creates' in module.args &&
    'stdin' in module.args
  ) {
    const { command, parameters } = readFreeForm(text)
    return { cmd: command, ...parameters }
  }
  const made = module.open === true
  if (/^\s*\{\{[\s\S]*\}\}\s*$/.test(text) && !(made && /\}\}=/.test(text))) return text
  return readPairs(text, { made }) ?? text
}

function buildTask(
  { raw, loopWith }: NormalTask,
  written: object,
  called: Pick<LoadedTask, 'action' | 'module' | 'args'>,
  around: Surroundings,
): LoadedTask {
  const optional: Record<string, unknown> = {}
  for (const key of ['register', 'loop', 'retries', 'delay', 'async', 'poll']) {
    if (raw[key] !== undefined) optional[key] = raw[key]
  }
  for (const key of ['until', 'changed_when', 'failed_when']) {
    if (raw[key] !== undefined) optional[key] = listOf(raw[key])
  }
  if (loopWith !== undefined) optional.loop_with = { lookup: loopWith.lookup, terms: loopWith.terms }
  const { passed, source, role, playbookDir } = around
  return {
    ...inherit(passed, raw),
    name: typeof raw.name === 'string' ? raw.name : undefined,
    at: source.locate(written),
    context: { role, playbookDir, taskDir: source.dir },
    ...optional,
    ...called,
    kind: 'task',
    ...(expectsFailure(raw, around) && { expectsFailure: true }),
    loop_control: isDictionary(raw.loop_control) ? raw.loop_control : {},
    listen: listOf(raw.listen).map(String),
  }
}
