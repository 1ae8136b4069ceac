import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import { didYouMean } from '../core/suggest.ts'
import { byName, isDictionary } from '../core/values/dictionary.ts'
import { shown } from '../core/values/json.ts'
import { wrongFrom } from './include-options.ts'
import { inherit, listOf } from './inherit.ts'
import { KEYWORDS, variablesOf } from './keywords.ts'
import { knownName } from './known-name.ts'
import { type Handler, type Included, type Item, type LoadedRole, ROLE_COMPLETE } from './model.ts'
import { specTask } from './role-spec.ts'
import { findSource } from './source.ts'
import type { RoleOptions, Surroundings } from './surroundings.ts'

/** A role with its tasks and handlers, those of the roles it depends on before its own. */
export interface RoleUse {
  readonly role: LoadedRole
  readonly tasks: readonly Item[]
  readonly handlers: readonly Handler[]
}

/** The names of all roles in the folders where roles are looked for. */
export function roleNames(rolesPath: readonly string[]): readonly string[] {
  return rolesPath
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder).filter((name) =>
        statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory(),
      ),
    )
}

/** Loads a role that a task imports: its variables and handlers become the play's. */
export async function importRole(
  options: RoleOptions,
  around: Surroundings,
  at: Location,
): Promise<readonly Item[]> {
  const uses = await loadRole({ role: options.name }, around, { at, options })
  for (const use of uses) {
    if (options.public !== false) around.gathered.roles.push(use.role)
    around.gathered.handlers.push(...use.handlers)
  }
  return uses.flatMap((use) => use.tasks)
}

/** Loads a role that a task includes: its variables stay its own unless it is `public`. */
export async function includeRole(
  options: RoleOptions,
  around: Surroundings,
  at: Location,
): Promise<Included> {
  const uses = await loadRole({ role: options.name }, around, { at, options })
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
    problems.absent(`there is no role '${name}'${meant} (looked in ${rolesPath.join(', ')})`, at)
    return []
  }
  const wrong = wrongFrom(options, path)
  if (wrong !== undefined) {
    problems.add(wrong, at)
    return []
  }
  const part = options.tasks_from === undefined ? path : `${path}:${options.tasks_from}`
  if (around.loading.includes(part)) {
    problems.add(`roles depend on one another in a circle: ${[...around.loading, part].join(' -> ')}`, at)
    return []
  }
  const { defaults_from = 'main', vars_from = 'main', handlers_from = 'main', tasks_from = 'main' } = options
  around.ahead.role(path, options, around.library)
  const meta = await loadMeta(path, around)
  const { role: _role, name: _name, ...more } = raw
  // A role that a task names runs again, unless the task says that it must not.
  const { allow_duplicates = options.name === '' ? meta.allow_duplicates === true : true } = options
  const dependencies: RoleUse[] = []
  const role: LoadedRole = {
    identity: allow_duplicates ? undefined : shown([path, more, part]),
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
    dependent: options.name === '' ? around.role : undefined,
    get dependencies() {
      return dependencies.map((use) => use.role)
    },
  }
  const inside: Surroundings = {
    ...around,
    role,
    passed: inherit(around.passed, raw),
    library: around.library.with(join(path, 'library')),
    loading: [...around.loading, part],
  }
  // As in Ansible, a role's dependencies may also stand next to it.
  const besideIt = { ...inside, rolesPath: [...new Set([...rolesPath, dirname(path)])] }
  for (const one of listOf(meta.dependencies))
    dependencies.push(...(await loadRole(one, besideIt, { at: { file: path } })))
  const tasks = await loadRoleFile(join('tasks', tasks_from), 'task', inside)
  if (tasks === undefined && options.tasks_from !== undefined)
    problems.absent(`role ${name} has no tasks/${tasks_from}`, at)
  const handlers = await loadRoleFile(join('handlers', handlers_from), 'handler', inside)
  const checked = options.rolespec_validate !== false
  const checks = checked ? await specTask(role, meta, tasks_from.replace(/\.\w+$/, ''), inside) : []
  const all = [...checks, ...(tasks ?? [])]
  const own = {
    role,
    tasks: role.identity === undefined || all.length === 0 ? all : [...all, roleEnd(role, inside)],
    handlers: (handlers ?? []) as readonly Handler[],
  }
  return [...dependencies, own]
}

/** Where a role ends: a host that comes there has run it. */
function roleEnd(role: LoadedRole, { passed, playbookDir }: Surroundings): Item {
  const context = { role, playbookDir, taskDir: role.path }
  return {
    ...passed,
    kind: 'meta',
    action: ROLE_COMPLETE,
    name: undefined,
    at: { file: role.path },
    context,
    listen: [],
  }
}

/** The folder of a role, by its name or path; undefined when there is none. */
export function findRole(name: string, rolesPath: readonly string[]): string | undefined {
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

async function loadVariables(path: string, around: Surroundings): Promise<Variables> {
  const { problems, read } = around
  const file = findSource(path)
  // In the place of a file there may be a folder of them.
  if (file === undefined && existsSync(path)) {
    const names = readdirSync(path).filter((name) => /\.(ya?ml|json|ts)$/.test(name))
    const parts: Variables[] = []
    for (const name of names.sort()) parts.push(await loadVariables(join(path, name), around))
    return Object.assign({}, ...parts)
  }
  if (file === undefined) return {}
  const source = await problems.attempt(() => read(file))
  const variables = byName(source?.value ?? {})
  if (variables !== undefined) return variables
  problems.add('must hold variables by name', { file })
  return {}
}

async function loadMeta(
  path: string,
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
