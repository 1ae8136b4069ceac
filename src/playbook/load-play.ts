import { isAbsolute, join } from 'node:path'
import type { Location } from '../core/location.ts'
import { didYouMean } from '../core/suggest.ts'
import type { Order } from '../inventory/order.ts'
import { inherit, listOf, NOTHING_PASSED, words } from './inherit.ts'
import { isDictionary, KEYWORDS, type KeywordType, keywordProblem } from './keywords.ts'
import { createLibrary } from './library.ts'
import { loadItems, type Surroundings } from './load-tasks.ts'
import type { Item, LoadedPlay, LoadedRole, LoadedTask } from './model.ts'
import { createProblems, type Problems } from './problems.ts'
import { importer, loadRole, type RoleSurroundings } from './roles.ts'
import type { Source } from './source.ts'

/** Plays ready to run, and all that is wrong with them. */
export interface LoadedPlaybook {
  readonly plays: readonly LoadedPlay[]
  readonly problems: Problems
}

/** Folders where roles are looked for: those given, then `roles/` beside the playbook. */
export function rolesPathOf(playbookDir: string, more: readonly string[] = []): readonly string[] {
  return [
    join(playbookDir, 'roles'),
    ...more.map((folder) => (isAbsolute(folder) ? folder : join(playbookDir, folder))),
  ]
}

/** Loads all plays of a playbook. Nothing is thrown for what is wrong in it: it is collected in `problems`. */
export async function loadPlaybook(
  source: Source,
  options: { readonly rolesPath: readonly string[] },
): Promise<LoadedPlaybook> {
  const problems = createProblems()
  if (!Array.isArray(source.value)) {
    problems.add('a playbook is a list of plays', { file: source.file })
    return { plays: [], problems }
  }
  const plays: LoadedPlay[] = []
  for (const raw of source.value) {
    if (isDictionary(raw)) plays.push(await loadPlay(raw, source, problems, options.rolesPath))
    else problems.add(`a play must be a dictionary, and this is ${JSON.stringify(raw)}`, source.locate(raw))
  }
  return { plays, problems }
}

async function loadPlay(
  raw: Readonly<Record<string, unknown>>,
  source: Source,
  problems: Problems,
  rolesPath: readonly string[],
): Promise<LoadedPlay> {
  const at = source.locate(raw)
  checkPlayKeywords(raw, source, problems)
  // Variables and environment of a play are layers of their own; only the rest is passed on task by task.
  const { vars: _vars, when: _when, environment: _environment, ...own } = raw
  const around: RoleSurroundings = {
    source,
    playbookDir: source.dir,
    passed: inherit(NOTHING_PASSED, own),
    library: createLibrary([join(source.dir, 'library')]),
    problems,
    importing: [source.file],
    rolesPath,
    loading: [],
  }
  const inPlay: Surroundings = { ...around, kind: 'task', role: undefined, importRole: importer(around) }
  const preTasks = await loadItems(raw.pre_tasks, inPlay)
  const roles = await loadRoles(raw.roles, around, at)
  const tasks = await loadItems(raw.tasks, inPlay)
  const postTasks = await loadItems(raw.post_tasks, inPlay)
  const handlers = (await loadItems(raw.handlers, { ...inPlay, kind: 'handler' })) as readonly LoadedTask[]
  return {
    ...around.passed,
    name: typeof raw.name === 'string' ? raw.name : words(raw.hosts).join(','),
    at,
    hosts: words(raw.hosts).join(','),
    gather_facts: raw.gather_facts !== false,
    ...(raw.gather_subset === undefined ? {} : { gather_subset: words(raw.gather_subset) }),
    vars: isDictionary(raw.vars) ? raw.vars : {},
    vars_files: listOf(raw.vars_files) as LoadedPlay['vars_files'],
    environment: listOf(raw.environment),
    roles: roles.roles,
    sections: [preTasks, [...roles.tasks, ...tasks], postTasks],
    handlers: [...roles.handlers, ...handlers],
    force_handlers: raw.force_handlers === true,
    ...(typeof raw.max_fail_percentage === 'number' ? { max_fail_percentage: raw.max_fail_percentage } : {}),
    serial: listOf(raw.serial) as LoadedPlay['serial'],
    order: orderOf(raw.order, source.locate(raw, 'order'), problems),
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
  if (raw.hosts === undefined)
    problems.add('the play does not say on which hosts it runs', source.locate(raw), 'Give it `hosts`.')
  if (raw.strategy !== undefined && raw.strategy !== 'linear') {
    problems.add(`strategy is '${String(raw.strategy)}'; it must be linear`, source.locate(raw, 'strategy'))
  }
}

async function loadRoles(entries: unknown, around: RoleSurroundings, at: Location) {
  const roles: LoadedRole[] = []
  const tasks: Item[] = []
  const handlers: LoadedTask[] = []
  const seen = new Set<string>()
  for (const entry of listOf(entries)) {
    for (const use of await loadRole(entry, around, { at })) {
      // The same role with the same parameters runs once in a play (Ansible: 'Running a role multiple times').
      const identity = JSON.stringify([use.role.path, use.role.params])
      if (seen.has(identity)) continue
      seen.add(identity)
      roles.push(use.role)
      tasks.push(...use.tasks)
      handlers.push(...use.handlers)
    }
  }
  return { roles, tasks, handlers }
}

const ORDERS: readonly Order[] = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle']

function orderOf(value: unknown, at: Location, problems: Problems): Order {
  const found = ORDERS.find((order) => order === (value ?? 'inventory'))
  if (found === undefined)
    problems.add(`order is '${String(value)}'; it must be one of: ${ORDERS.join(', ')}`, at)
  return found ?? 'inventory'
}
