import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import { didYouMean } from '../core/suggest.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { inherit, listOf, type Passed } from './inherit.ts'
import { keywordProblem } from './keyword-problem.ts'
import { KEYWORDS, type KeywordType, variablesOf } from './keywords.ts'
import type { Library } from './library.ts'
import type { LoadAhead } from './load-ahead.ts'
import { loadItems } from './load-tasks.ts'
import type { Handler, Item, LoadedPlay, VarsPrompt } from './model.ts'
import { playKeywords, templatesIn, withRemoteUser } from './play-keywords.ts'
import type { Problems } from './problems.ts'
import { importRole, includeRole, loadRole } from './roles.ts'
import type { Source } from './source.ts'
import type { Surroundings } from './surroundings.ts'

/** What loading a play knows of the playbook around it. */
export interface PlaySurroundings {
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

/** Loads one play, which `import_playbook` is not. */
export async function loadPlay(
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
