import { isAbsolute, join, resolve } from 'node:path'
import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import { didYouMean } from '../core/suggest.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { type DuplicateKeys, warningsOf } from '../core/yaml/duplicates.ts'
import { inherit, listOf, NOTHING_PASSED, type Passed } from './inherit.ts'
import { keywordProblem } from './keyword-problem.ts'
import { KEYWORDS, type KeywordType, variablesOf } from './keywords.ts'
import { knownName } from './known-name.ts'
import { createLibrary, type Library } from './library.ts'
import { createLoadAhead, type LoadAhead } from './load-ahead.ts'
import { loadItems } from './load-tasks.ts'
import type { Handler, Item, LoadedPlay, VarsPrompt } from './model.ts'
import { playKeywords, templatesIn, withRemoteUser } from './play-keywords.ts'
import { createProblems, type Problems } from './problems.ts'
import { findRole, importRole, includeRole, loadRole } from './roles.ts'
import { type Decrypted, findSource, readSource, type Source } from './source.ts'
import type { Surroundings } from './surroundings.ts'

/** Plays ready to run, and all that is wrong with them. */
export interface LoadedPlaybook {
  readonly plays: readonly LoadedPlay[]
  readonly problems: Problems
}

/** Folders where roles are looked for, in order: `roles/` beside the playbook, those given, then the playbook’s own. */
export function rolesPathOf(playbookDir: string, more: readonly string[] = []): readonly string[] {
  return [
    join(playbookDir, 'roles'),
    ...more.map((folder) => (isAbsolute(folder) ? folder : join(playbookDir, folder))),
    playbookDir,
  ]
}

/** What loading depends on, besides the playbook itself. */
export interface LoadOptions {
  readonly rolesPath: readonly string[]
  readonly decrypted?: Decrypted | undefined
  /** Folders of modules, after the `library/` beside the playbook. */
  readonly libraryPath?: readonly string[] | undefined
  /** Nothing will run: for lists of tasks. Modules are not read, and so their parameters not checked. */
  readonly namesOnly?: boolean | undefined
  /** Variables of the command line, which names of imports may be made of. */
  readonly extraVars?: (() => Variables) | undefined
  /** What keys are that stand twice in one place; told of with `warn`. */
  readonly duplicateKeys?: DuplicateKeys | undefined
  readonly warn?: ((message: string) => void) | undefined
  /** Keywords of plays that do not set them themselves. */
  readonly playDefaults?: Variables | undefined
  /** The directory of the first inventory source, which names of imports may begin with. */
  readonly inventoryDir?: string | undefined
  /** Whether errors in YAML that Ansible reports only when a task runs refuse the playbook (default: true). */
  readonly strict?: boolean | undefined
}

/** Loads all plays of a playbook. Nothing is thrown for what is wrong in it: it is collected in `problems`. */
export async function loadPlaybook(source: Source, options: LoadOptions): Promise<LoadedPlaybook> {
  const { duplicateKeys, warn = () => {}, strict = true } = options
  const problems = createProblems({ strict, warn })
  const checked = async (one: Source) => {
    warningsOf(one.duplicates ?? [], duplicateKeys).forEach(warn)
    return one
  }
  await problems.attempt(() => checked(source))
  const plays = await loadPlays(source, {
    rolesPath: options.rolesPath,
    libraryPath: options.libraryPath ?? [],
    namesOnly: options.namesOnly === true,
    playDefaults: options.playDefaults ?? {},
    strict,
    inventoryDir: options.inventoryDir,
    extraVars: options.extraVars ?? (() => ({})),
    read: async (file) => checked(await readSource(file, options.decrypted)),
    problems,
    ahead: createLoadAhead(),
    passed: NOTHING_PASSED,
    importing: [source.file],
  })
  return { plays, problems }
}

interface PlaySurroundings {
  readonly rolesPath: readonly string[]
  readonly libraryPath: readonly string[]
  readonly namesOnly: boolean
  readonly playDefaults: Variables
  readonly strict: boolean
  readonly inventoryDir: string | undefined
  readonly extraVars: () => Variables
  readonly problems: Problems
  readonly read: Surroundings['read']
  readonly ahead: LoadAhead
  /** What `import_playbook` gives to the plays it imports. */
  readonly passed: Passed
  readonly importing: readonly string[]
}

async function loadPlays(source: Source, around: PlaySurroundings): Promise<readonly LoadedPlay[]> {
  if (!Array.isArray(source.value)) {
    around.problems.add('a playbook is a list of plays', { file: source.file })
    return []
  }
  const plays: LoadedPlay[] = []
  const { rolesPath, libraryPath, namesOnly } = around
  const library = createLibrary([join(source.dir, 'library'), ...libraryPath], { namesOnly })
  for (const raw of source.value.filter(isDictionary))
    loadAhead(raw, around.ahead, { source, library, rolesPath })
  for (const raw of source.value) {
    if (!isDictionary(raw)) {
      around.problems.add(
        `a play must be a dictionary, and this is ${JSON.stringify(raw)}`,
        source.locate(raw),
      )
      continue
    }
    const imported = raw.import_playbook ?? raw['ansible.builtin.import_playbook']
    if (imported === undefined) plays.push(await loadPlay(raw, source, { ...around, library }))
    else plays.push(...(await importPlaybook(String(imported), raw, source, around)))
  }
  return plays
}

function loadAhead(
  { roles, pre_tasks, tasks, post_tasks, handlers }: Readonly<Record<string, unknown>>,
  ahead: LoadAhead,
  { source, library, rolesPath }: Pick<Surroundings, 'source' | 'library' | 'rolesPath'>,
): void {
  for (const list of [pre_tasks, tasks, post_tasks]) ahead.tasks(list, { kind: 'task', source, library })
  ahead.tasks(handlers, { kind: 'handler', source, library })
  for (const entry of listOf(roles)) {
    const name = isDictionary(entry) ? (entry.role ?? entry.name) : entry
    const path = typeof name === 'string' ? findRole(name, rolesPath) : undefined
    if (path !== undefined) ahead.role(path, {}, library)
  }
}

async function importPlaybook(
  name: string,
  raw: Readonly<Record<string, unknown>>,
  source: Source,
  around: PlaySurroundings,
): Promise<readonly LoadedPlay[]> {
  const at = source.locate(raw)
  const passed = inherit(around.passed, { tags: raw.tags, when: raw.when, vars: raw.vars })
  const { extraVars, inventoryDir, problems } = around
  const known = { play: {}, extra: extraVars, inventoryDir }
  const place = { known, passed, role: undefined, playbookDir: source.dir, problems }
  const rendered = await knownName(name, at, place)
  if (rendered === undefined) return []
  const file = findSource(resolve(source.dir, rendered))
  if (file === undefined) {
    around.problems.absent(`there is no playbook '${rendered}' to import`, at)
    return []
  }
  if (around.importing.includes(file)) {
    around.problems.add(`imports go round in a circle: ${[...around.importing, file].join(' -> ')}`, at)
    return []
  }
  const imported = await around.problems.attempt(() => around.read(file))
  if (imported === undefined) return []
  return loadPlays(imported, { ...around, passed, importing: [...around.importing, file] })
}

async function loadPlay(
  given: Readonly<Record<string, unknown>>,
  file: Source,
  outer: PlaySurroundings & { readonly library: Library },
): Promise<LoadedPlay> {
  const { problems, rolesPath, library, strict, ahead, playDefaults, read, passed, importing } = outer
  const named = withRemoteUser(given, (key, message) => problems.add(message, file.locate(given, key)))
  const raw: Readonly<Record<string, unknown>> = { ...playDefaults, ...named }
  const locate: Source['locate'] = (entry, key) => file.locate(entry === raw ? given : entry, key)
  const source = { ...file, locate }
  const at = source.locate(raw)
  checkPlayKeywords(raw, source, problems)
  // Variables and environment of a play are layers of their own; only the rest is passed on task by task.
  const { vars: _vars, when: _when, environment: _environment, ...own } = raw
  const around: Surroundings = {
    kind: 'task',
    source,
    role: undefined,
    playbookDir: source.dir,
    rolesPath,
    passed: inherit(passed, own),
    known: { play: variablesOf(raw.vars) ?? {}, extra: outer.extraVars, inventoryDir: outer.inventoryDir },
    strict,
    library,
    ahead,
    problems,
    read,
    gathered: { roles: [], handlers: [] },
    importing,
    loading: [],
    loaders: { items: loadItems, role: importRole, includeRole },
  }
  const preTasks = await loadItems(raw.pre_tasks, around)
  const roleTasks = await loadRoles(raw.roles, around, at)
  const tasks = await loadItems(raw.tasks, around)
  const postTasks = await loadItems(raw.post_tasks, around)
  const handlers = (await loadItems(raw.handlers, { ...around, kind: 'handler' })) as readonly Handler[]
  return {
    ...around.passed,
    ...playKeywords(raw, (keyword, message) => {
      // A strategy or an order that there is not, as opposed to what makes no sense.
      const kind = keyword === 'serial' ? 'add' : 'absent'
      problems[kind](message, source.locate(raw, keyword))
    }),
    templates: templatesIn(raw),
    at,
    vars: variablesOf(raw.vars) ?? {},
    vars_files: listOf(raw.vars_files) as LoadedPlay['vars_files'],
    vars_prompt: listOf(raw.vars_prompt).filter(isDictionary) as unknown as readonly VarsPrompt[],
    environment: listOf(raw.environment),
    roles: around.gathered.roles,
    sections: [preTasks, [...roleTasks, ...tasks], postTasks],
    handlers: [...around.gathered.handlers, ...handlers],
    playbookDir: source.dir,
  }
}

function checkPlayKeywords(raw: Readonly<Record<string, unknown>>, source: Source, problems: Problems): void {
  for (const key of Object.keys(raw)) {
    const type = (KEYWORDS.play as Readonly<Record<string, KeywordType>>)[key]
    if (type === undefined) {
      problems.add(
        `'${key}' is no keyword of a play${didYouMean(key, Object.keys(KEYWORDS.play))}`,
        source.locate(raw, key),
      )
      continue
    }
    const problem = keywordProblem(key, type, raw[key])
    if (problem !== undefined) problems.add(problem, source.locate(raw, key))
  }
  for (const one of listOf(raw.vars_prompt))
    if (!isDictionary(one) || typeof one.name !== 'string')
      problems.add("a question of vars_prompt has no 'name'", source.locate(raw, 'vars_prompt'))
  if (raw.hosts === undefined || listOf(raw.hosts).filter((one) => one !== '').length === 0)
    problems.add('the play does not say on which hosts it runs', source.locate(raw), 'Give it `hosts`.')
}

async function loadRoles(entries: unknown, around: Surroundings, at: Location): Promise<readonly Item[]> {
  const tasks: Item[] = []
  const seen = new Set<string>()
  for (const entry of listOf(entries)) {
    for (const use of await loadRole(entry, around, { at })) {
      tasks.push(...use.tasks)
      // Which of several alike runs is decided host by host; their handlers are the same.
      const { identity } = use.role
      if (identity !== undefined && seen.has(identity)) continue
      if (identity !== undefined) seen.add(identity)
      around.gathered.roles.push(use.role)
      around.gathered.handlers.push(...use.handlers)
    }
  }
  return tasks
}
