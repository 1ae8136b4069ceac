import { existsSync, readdirSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import { didYouMean } from '../core/suggest.ts'
import { inherit, listOf } from './inherit.ts'
import { isDictionary, KEYWORDS, variablesOf } from './keywords.ts'
import { knownName } from './known-name.ts'
import type { Handler, Included, Item, LoadedRole } from './model.ts'
import { specTask } from './role-spec.ts'
import { findSource, readAhead } from './source.ts'
import type { RoleOptions, Surroundings } from './surroundings.ts'

/** A role with its tasks and handlers, those of the roles it depends on before its own. */
export interface RoleUse {
  readonly role: LoadedRole
  readonly tasks: readonly Item[]
  readonly handlers: readonly Handler[]
  /** The same for two uses with the same parameters and keywords: a play runs only the first of them. */
  readonly identity: string | undefined
}

/** The names of all roles in the folders where roles are looked for. */
export function roleNames(rolesPath: readonly string[]): readonly string[] {
  return rolesPath
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory()))
}

/** Loads a role that a task imports: its variables and handlers become the play's. */
export async function importRole(options: RoleOptions, around: Surroundings): Promise<readonly Item[]> {
  const uses = await loadRole({ role: options.name }, around, {
    at: around.source.locate(around.source.value),
    options,
  })
  for (const use of uses) {
    around.gathered.roles.push(use.role)
    around.gathered.handlers.push(...use.handlers)
  }
  return uses.flatMap((use) => use.tasks)
}

/** Loads a role that a task includes: its variables stay its own unless it is `public`. */
export async function includeRole(options: RoleOptions, around: Surroundings): Promise<Included> {
  const uses = await loadRole({ role: options.name }, around, { at: { file: around.source.file }, options })
  return {
    items: uses.flatMap((use) => use.tasks),
    handlers: [...uses.flatMap((use) => use.handlers), ...around.gathered.handlers],
    role: options.public === true ? uses.at(-1)?.role : undefined,
    from: options.name,
  }
}

/**
 * Loads a role and, before it, the roles it depends on. A role is a folder laid out as Ansible lays it out
 * (https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_reuse_roles.html#role-directory-structure).
 */
export async function loadRole(
  entry: unknown,
  around: Surroundings,
  { at, options = { name: '' } }: { readonly at: Location; readonly options?: RoleOptions },
): Promise<readonly RoleUse[]> {
  const { problems, rolesPath } = around
  const raw: Readonly<Record<string, unknown>> = isDictionary(entry) ? entry : { role: entry }
  const given = raw.role ?? raw.name
  if (typeof given !== 'string') {
    problems.add('a role is given by its name', at)
    return []
  }
  const name = await knownName(given, at, around, raw.vars)
  if (name === undefined) return []
  const path = findRole(name, rolesPath)
  if (path === undefined) {
    const meant = didYouMean(name, roleNames(rolesPath))
    problems.add(`there is no role '${name}'${meant} (looked in ${rolesPath.join(', ')})`, at)
    return []
  }
  if (around.loading.includes(path)) {
    problems.add(`roles depend on one another in a circle: ${[...around.loading, path].join(' -> ')}`, at)
    return []
  }
  const { defaults_from = 'main', vars_from = 'main', handlers_from = 'main', tasks_from = 'main' } = options
  const files = ['meta/main', `defaults/${defaults_from}`, `vars/${vars_from}`, `handlers/${handlers_from}`]
  readAhead([...files, `tasks/${tasks_from}`].map((file) => findSource(join(path, file))))
  const role: LoadedRole = {
    name: name.split('/').at(-1) ?? name,
    path,
    defaults: await loadVariables(join(path, 'defaults', defaults_from), around),
    // What the play gives as the role's `vars` is seen by the whole play, like those of the role itself.
    vars: {
      ...(await loadVariables(join(path, 'vars', vars_from), around)),
      ...variablesOf(raw.vars),
    },
    params: paramsOf(raw),
    parent: options.name === '' ? undefined : around.role,
    dependency: around.role !== undefined && options.name === '',
  }
  const inside: Surroundings = {
    ...around,
    role,
    passed: inherit(around.passed, raw),
    library: around.library.with(join(path, 'library')),
    loading: [...around.loading, path],
  }
  const meta = await loadMeta(role, inside)
  const dependencies: RoleUse[] = []
  for (const one of listOf(meta.dependencies))
    dependencies.push(...(await loadRole(one, inside, { at: { file: path } })))
  const tasks = await loadRoleFile(join('tasks', tasks_from), 'task', inside)
  if (tasks === undefined && options.tasks_from !== undefined)
    problems.add(`role ${name} has no tasks/${tasks_from}`, at)
  const handlers = await loadRoleFile(join('handlers', handlers_from), 'handler', inside)
  const checks = await specTask(role, meta, tasks_from.replace(/\.\w+$/, ''), inside)
  const { role: _role, name: _name, ...more } = raw
  const own = {
    role,
    tasks: [...checks, ...(tasks ?? [])],
    handlers: (handlers ?? []) as readonly Handler[],
    identity: meta.allow_duplicates === true ? undefined : JSON.stringify([path, more]),
  }
  return [...dependencies, own]
}

function findRole(name: string, rolesPath: readonly string[]): string | undefined {
  const isPath = isAbsolute(name) || name.startsWith('.')
  const candidates = isPath ? [resolve(name)] : rolesPath.map((folder) => join(folder, name))
  return candidates.find((folder) => existsSync(folder) && statSync(folder).isDirectory())
}

// Whatever stands beside a role's name and is no keyword is a parameter of the role.
function paramsOf(raw: Readonly<Record<string, unknown>>): Variables {
  const params = Object.entries(raw).filter(
    ([key]) => key !== 'role' && key !== 'name' && !(key in KEYWORDS.block),
  )
  return Object.fromEntries(params)
}

async function loadVariables(path: string, { problems, read }: Surroundings): Promise<Variables> {
  const file = findSource(path)
  if (file === undefined) return {}
  const source = await problems.attempt(() => read(file))
  const value = source?.value ?? {}
  if (isDictionary(value)) return value
  problems.add('must hold variables by name', { file })
  return {}
}

async function loadMeta(
  { path }: LoadedRole,
  { problems, read }: Surroundings,
): Promise<Readonly<Record<string, unknown>>> {
  const readMeta = async (name: string) => {
    const file = findSource(join(path, 'meta', name))
    const source = file === undefined ? undefined : await problems.attempt(() => read(file))
    return isDictionary(source?.value) ? source.value : {}
  }
  return { ...(await readMeta('main')), ...(await readMeta('argument_specs')) }
}

async function loadRoleFile(
  path: string,
  kind: 'task' | 'handler',
  around: Surroundings,
): Promise<readonly Item[] | undefined> {
  const file = findSource(join(around.role?.path ?? '', path))
  if (file === undefined) return undefined
  const source = await around.problems.attempt(() => around.read(file))
  if (source === undefined) return []
  return around.loaders.items(source.value, { ...around, kind, source, importing: [file] })
}
