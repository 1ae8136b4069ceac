import { existsSync, readdirSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import { didYouMean } from '../core/suggest.ts'
import { inherit, listOf } from './inherit.ts'
import { isDictionary, KEYWORDS } from './keywords.ts'
import { loadItems, type Surroundings } from './load-tasks.ts'
import type { Item, LoadedRole, LoadedTask } from './model.ts'
import { findSource, readSource, type Source } from './source.ts'

/** A role in a play, with its tasks and handlers. */
export interface RoleUse {
  readonly role: LoadedRole
  readonly tasks: readonly Item[]
  readonly handlers: readonly LoadedTask[]
}

/** What loading a role knows of its surroundings: as for tasks, but the role and its files are still to be found. */
export type RoleSurroundings = Omit<Surroundings, 'role' | 'importRole' | 'kind'> & {
  readonly rolesPath: readonly string[]
  /** Roles being loaded, from the outermost: a dependency on one of them goes round in a circle. */
  readonly loading: readonly string[]
}

/** The names of all roles in the folders where roles are looked for. */
export function roleNames(rolesPath: readonly string[]): readonly string[] {
  return rolesPath
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory()))
}

/**
 * Loads a role and, before it, the roles it depends on. A role is a folder laid out as Ansible lays it out
 * (https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_reuse_roles.html#role-directory-structure).
 */
export async function loadRole(
  entry: unknown,
  around: RoleSurroundings,
  options: { readonly at: Location; readonly tasksFrom?: string | undefined },
): Promise<readonly RoleUse[]> {
  const { problems, rolesPath } = around
  const raw: Readonly<Record<string, unknown>> = isDictionary(entry) ? entry : { role: entry }
  const name = raw.role ?? raw.name
  if (typeof name !== 'string') {
    problems.add('a role is given by its name', options.at)
    return []
  }
  const path = findRole(name, rolesPath)
  if (path === undefined) {
    const meant = didYouMean(name, roleNames(rolesPath))
    problems.add(`there is no role '${name}'${meant} (looked in ${rolesPath.join(', ')})`, options.at)
    return []
  }
  if (around.loading.includes(path)) {
    problems.add(
      `roles depend on one another in a circle: ${[...around.loading, path].join(' -> ')}`,
      options.at,
    )
    return []
  }
  const role: LoadedRole = {
    name: name.split('/').at(-1) ?? name,
    path,
    defaults: await loadVariables(join(path, 'defaults', 'main'), around),
    vars: await loadVariables(join(path, 'vars', 'main'), around),
    params: paramsOf(raw),
  }
  const inside: RoleSurroundings = {
    ...around,
    passed: inherit(around.passed, raw),
    library: around.library.with(join(path, 'library')),
    loading: [...around.loading, path],
  }
  const dependencies = await loadDependencies(role, inside)
  const tasks = await loadRoleFile(role, join('tasks', options.tasksFrom ?? 'main'), 'task', inside)
  const handlers = (await loadRoleFile(
    role,
    join('handlers', 'main'),
    'handler',
    inside,
  )) as readonly LoadedTask[]
  if (tasks === undefined && options.tasksFrom !== undefined) {
    problems.add(`role ${name} has no tasks/${options.tasksFrom}`, options.at)
  }
  return [...dependencies, { role, tasks: tasks ?? [], handlers: handlers ?? [] }]
}

function findRole(name: string, rolesPath: readonly string[]): string | undefined {
  const candidates =
    isAbsolute(name) || name.startsWith('.') ? [resolve(name)] : rolesPath.map((folder) => join(folder, name))
  return candidates.find((folder) => existsSync(folder) && statSync(folder).isDirectory())
}

// Whatever stands beside a role's name and is no keyword is a parameter of the role.
function paramsOf(raw: Readonly<Record<string, unknown>>): Variables {
  const params = Object.entries(raw).filter(
    ([key]) => key !== 'role' && key !== 'name' && !(key in KEYWORDS.block),
  )
  return { ...Object.fromEntries(params), ...(isDictionary(raw.vars) ? raw.vars : {}) }
}

async function loadVariables(path: string, { problems }: RoleSurroundings): Promise<Variables> {
  const file = findSource(path)
  if (file === undefined) return {}
  const source = await problems.attempt(() => readSource(file))
  const value = source?.value ?? {}
  if (isDictionary(value)) return value
  problems.add('must hold variables by name', { file })
  return {}
}

async function loadDependencies(role: LoadedRole, around: RoleSurroundings): Promise<readonly RoleUse[]> {
  const file = findSource(join(role.path, 'meta', 'main'))
  if (file === undefined) return []
  const source = await around.problems.attempt(() => readSource(file))
  const meta = isDictionary(source?.value) ? source.value : {}
  const uses: RoleUse[] = []
  for (const entry of listOf(meta.dependencies))
    uses.push(...(await loadRole(entry, around, { at: { file } })))
  return uses
}

async function loadRoleFile(
  role: LoadedRole,
  path: string,
  kind: 'task' | 'handler',
  around: RoleSurroundings,
): Promise<readonly Item[] | undefined> {
  const file = findSource(join(role.path, path))
  if (file === undefined) return undefined
  const source = await around.problems.attempt(() => readSource(file))
  if (source === undefined) return []
  return loadItems(source.value, {
    ...around,
    kind,
    source,
    role,
    importing: [file],
    importRole: importer(around),
  })
}

/** How a task's `import_role` loads its role: with that task's tags and conditions. */
export function importer(around: RoleSurroundings): Surroundings['importRole'] {
  return async (name, tasksFrom, { passed, source }) => {
    const uses = await loadRole({ role: name }, { ...around, passed }, { at: at(source), tasksFrom })
    return uses.flatMap((use) => use.tasks)
  }
}

function at(source: Source): Location {
  return { file: source.file }
}
