import { isAbsolute, join, resolve } from 'node:path'
import type { Variables } from '../core/scope.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { shown } from '../core/values/json.ts'
import { type DuplicateKeys, warningsOf } from '../core/yaml/duplicates.ts'
import { inherit, listOf, NOTHING_PASSED } from './inherit.ts'
import { knownName } from './known-name.ts'
import { createLibrary } from './library.ts'
import { createLoadAhead, type LoadAhead } from './load-ahead.ts'
import { loadPlay, type PlaySurroundings } from './load-play.ts'
import type { LoadedPlay } from './model.ts'
import { createProblems, type Problems } from './problems.ts'
import { findRole } from './roles.ts'
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
      around.problems.add(`a play must be a dictionary, and this is ${shown(raw)}`, source.locate(raw))
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
