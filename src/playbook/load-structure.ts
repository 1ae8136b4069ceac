import { isAbsolute, join } from 'node:path'
import { AbsentError, PlaybookError, TaskError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { knownOptions, roleOptions } from './include-options.ts'
import { inherit, words } from './inherit.ts'
import { itemBase } from './item-base.ts'
import { type STRUCTURE, variablesOf } from './keywords.ts'
import { knownName, knownValue } from './known-name.ts'
import { loadBlock } from './load-block.ts'
import type { Included, Item, LoadedInclude } from './model.ts'
import type { NormalTask } from './normalize.ts'
import { readPairs } from './pairs.ts'
import { createProblems } from './problems.ts'
import { findSource } from './source.ts'
import type { Surroundings } from './surroundings.ts'

type Structure = (typeof STRUCTURE)[number]
type Load = (task: NormalTask, written: object, around: Surroundings) => Promise<readonly Item[]>

const LOADS: Readonly<Record<Structure, Load>> = {
  block: loadBlock,
  meta: loadMeta,
  import_tasks: importTasks,
  import_role: importRole,
  include_tasks: (...args) => loadInclude('include_tasks', ...args),
  include_role: (...args) => loadInclude('include_role', ...args),
}

/** Loads what stands where a module would: a block, an order to the engine, an import or an include. */
export function loadStructure(
  structure: Structure,
  task: NormalTask,
  written: object,
  around: Surroundings,
): Promise<readonly Item[]> {
  if (around.kind === 'handler' && structure.endsWith('_role')) {
    const message = `Using '${structure}' as a handler is not supported: include a file of tasks instead`
    around.problems.add(message, around.source.locate(written, structure))
    return Promise.resolve([])
  }
  return LOADS[structure](task, written, around)
}

const META = [
  ...['flush_handlers', 'end_play', 'end_host', 'end_batch', 'end_role'],
  ...['clear_facts', 'clear_host_errors', 'refresh_inventory', 'reset_connection', 'noop'],
]

async function loadMeta(task: NormalTask, written: object, around: Surroundings): Promise<readonly Item[]> {
  const action = String(task.raw.meta)
  if (!META.includes(action)) {
    const message = `meta is '${action}'; it must be one of: ${META.join(', ')}${didYouMean(action, META)}`
    around.problems.absent(message, around.source.locate(written, 'meta'))
  }
  if (around.kind === 'handler' && action === 'flush_handlers') {
    const message =
      'flush_handlers cannot be used as a handler: a handler that another one notifies runs anyway'
    around.problems.doubt(new AbsentError(message, { at: around.source.locate(written, 'meta') }))
  }
  return [{ ...itemBase(task, written, around), kind: 'meta', action, listen: words(task.raw.listen) }]
}

/** The options of an import or include: a dictionary, a bare name, or `name=…` pairs; `args` adds to them. */
function optionsOf(value: unknown, more: unknown, bare: string): Readonly<Record<string, unknown>> {
  const extra = isDictionary(more) ? more : {}
  if (isDictionary(value)) return { ...extra, ...value }
  if (typeof value === 'string') return { ...extra, ...(readPairs(value) ?? { [bare]: value }) }
  return extra
}

async function importTasks(
  { raw, includeParams }: NormalTask,
  written: object,
  around: Surroundings,
): Promise<readonly Item[]> {
  const { problems, source } = around
  const at = source.locate(written, 'import_tasks')
  const options = optionsOf(raw.import_tasks, raw.args, 'file')
  const { file: given } = knownOptions(options, 'import_tasks', at, problems)
  if (typeof given !== 'string') {
    problems.add('import_tasks needs the name of a file', at)
    return []
  }
  const name = await knownName(given, at, around, raw.vars)
  if (name === undefined) return []
  const file = findTasks(name, around)
  if (typeof file !== 'string') {
    problems.absent(`there is no file '${name}' to import (looked in ${file.looked.join(', ')})`, at)
    return []
  }
  if (around.importing.includes(file)) {
    problems.add(`imports go round in a circle: ${[...around.importing, file].join(' -> ')}`, at)
    return []
  }
  const imported = await problems.attempt(() => around.read(file))
  if (imported === undefined) return []
  const inherited = inherit(around.passed, raw)
  return around.loaders.items(imported.value, {
    ...around,
    source: imported,
    passed:
      includeParams === undefined
        ? inherited
        : { ...inherited, includeParams: [...inherited.includeParams, includeParams] },
    importing: [...around.importing, file],
  })
}

function findTasks(
  name: string,
  { source, role, playbookDir, kind }: Surroundings,
): string | { readonly looked: readonly string[] } {
  const ofRole =
    role === undefined
      ? []
      : [join(role.path, kind === 'handler' ? 'handlers' : 'tasks'), join(role.path, 'tasks'), role.path]
  const looked = [...new Set([source.dir, ...ofRole, playbookDir])]
  const candidates = isAbsolute(name) ? [name] : looked.map((folder) => join(folder, name))
  return candidates.map(findSource).find((found) => found !== undefined) ?? { looked }
}

async function importRole(
  { raw }: NormalTask,
  written: object,
  around: Surroundings,
): Promise<readonly Item[]> {
  const at = around.source.locate(written, 'import_role')
  const told = around.problems.list.length
  const options = knownOptions(
    optionsOf(raw.import_role, raw.args, 'name'),
    'import_role',
    at,
    around.problems,
  )
  if (around.problems.list.length > told) return []
  if (typeof options.name !== 'string') {
    around.problems.add('import_role needs the name of a role', at)
    return []
  }
  const given: [string, unknown][] = []
  for (const [key, value] of Object.entries(options)) {
    const isText = typeof value === 'string'
    const known = key === 'name' || key.endsWith('_from') ? knownName : knownValue
    given.push([key, isText ? await known(value, at, around, raw.vars) : value])
  }
  if (given.some(([, value]) => value === undefined)) return []
  const inside = { ...around, passed: inherit(around.passed, raw) }
  const load = async () => around.loaders.role(roleOptions(Object.fromEntries(given), at), inside, at)
  return (await around.problems.attempt(load)) ?? []
}

async function loadInclude(
  action: LoadedInclude['action'],
  task: NormalTask,
  written: object,
  around: Surroundings,
): Promise<readonly Item[]> {
  const { raw, loopWith } = task
  const isTasks = action === 'include_tasks'
  const at = around.source.locate(written, action)
  const options = optionsOf(raw[action], raw.args, isTasks ? 'file' : 'name')
  const { apply, ...named } = knownOptions(options, action, at, around.problems)
  const own = variablesOf(raw.vars)
  const given = own === undefined ? [] : [own]
  const include: LoadedInclude = {
    ...itemBase(task, written, around),
    kind: 'include',
    action,
    options: named,
    ...(typeof raw.register === 'string' ? { register: raw.register } : {}),
    ...(raw.loop === undefined ? {} : { loop: raw.loop }),
    ...(loopWith === undefined ? {} : { loop_with: { lookup: loopWith.lookup, terms: loopWith.terms } }),
    loop_control: isDictionary(raw.loop_control) ? raw.loop_control : {},
    listen: words(raw.listen),
    load: async (rendered, { loop }) => {
      const problems = createProblems({ strict: around.strict, warn: around.problems.warn })
      // What is included has the tags and conditions of what is around the include, not the include's own.
      const outer = isDictionary(apply) ? inherit(around.passed, apply) : around.passed
      const passed = {
        ...outer,
        includeParams: [...outer.includeParams, ...given],
        includeLoops: [...outer.includeLoops, loop],
      }
      const inside: Surroundings = {
        ...around,
        problems,
        passed,
        below: true,
        loading: [],
        gathered: { roles: [], handlers: [] },
      }
      const found = await (isTasks
        ? includeTasks(rendered, written, inside)
        : around.loaders.includeRole(roleOptions(rendered, at), inside, at))
      if (problems.list.length > 0) throw new PlaybookError(problems.list)
      return found
    },
  }
  return [include]
}

async function includeTasks(
  options: Readonly<Record<string, unknown>>,
  written: object,
  around: Surroundings,
): Promise<Included> {
  const nothing = { items: [], handlers: [], from: String(options.file) }
  const file = findTasks(String(options.file), around)
  if (typeof file !== 'string') {
    const message = `there is no file '${String(options.file)}' to include (looked in ${file.looked.join(', ')})`
    around.problems.absent(message, around.source.locate(written, 'include_tasks'))
    return nothing
  }
  const source = await around.problems.attempt(() => around.read(file))
  if (source === undefined) return nothing
  if (source.value !== null && !Array.isArray(source.value))
    throw new TaskError('holds no list of tasks, which is what can be included', { at: { file } })
  const items = await around.loaders.items(source.value, { ...around, source, importing: [file] })
  return { items, handlers: around.gathered.handlers, from: file }
}
