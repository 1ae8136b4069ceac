import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { isDictionary } from '../core/values/dictionary.ts'
import { readPairs } from '../playbook/pairs.ts'
import { findSource, readSource } from '../playbook/source.ts'
import { isSourceFile, isYaml, type KeptFile, readSourceFile, type SourceFile } from './files.ts'
import { readRole } from './role.ts'
import { dataOf } from './tree.ts'

/** All YAML files that a playbook names, directly or through others. */
export interface Found {
  readonly files: readonly (SourceFile | KeptFile)[]
  /** Folders of the roles beside it. */
  readonly roles: readonly string[]
  /** Names of roles that are elsewhere. */
  readonly elsewhere: readonly string[]
}

/**
 * Follows what a playbook names: playbooks it imports, files of tasks, roles beside it and the roles those depend on.
 * Names with templates in them lead nowhere.
 */
export async function findFiles(playbook: string): Promise<Found> {
  const root = dirname(playbook)
  const files = new Map<string, SourceFile | KeptFile>()
  const roles = new Set<string>()
  const elsewhere = new Set<string>()
  const visitFile = async (path: string, kind: 'playbook' | 'tasks'): Promise<void> => {
    if (files.has(path) || !isYaml(path)) return
    const file = readSourceFile(path, kind)
    files.set(path, file)
    if (isSourceFile(file)) await follow(dataOf(file.document.tree), path)
  }
  const visitRole = async (name: string): Promise<void> => {
    const path = isAbsolute(name) ? name : join(root, 'roles', name)
    if (roles.has(path)) return
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      elsewhere.add(name)
      return
    }
    roles.add(path)
    for (const file of readRole(path))
      if (isSourceFile(file)) await follow(dataOf(file.document.tree), undefined)
    const meta = findSource(join(path, 'meta', 'main'))
    if (meta !== undefined) await follow({ roles: dependenciesOf((await readSource(meta)).value) }, undefined)
  }
  // Tasks of a role name files of that role, which are found by their folder.
  const follow = async (data: unknown, from: string | undefined): Promise<void> => {
    const { playbooks, tasks, named } = namesIn(data)
    for (const name of named) await visitRole(name)
    if (from === undefined) return
    for (const name of playbooks) await visitExisting([dirname(from)], name, 'playbook')
    for (const name of tasks) await visitExisting([dirname(from), root], name, 'tasks')
  }
  const visitExisting = async (folders: readonly string[], name: string, kind: 'playbook' | 'tasks') => {
    const paths = folders.map((folder) => (isAbsolute(name) ? name : join(folder, name)))
    const found = paths.map(findSource).find((path) => path !== undefined)
    if (found?.startsWith(`${root}/`)) await visitFile(found, kind)
  }
  await visitFile(playbook, 'playbook')
  return { files: [...files.values()], roles: [...roles], elsewhere: [...elsewhere] }
}

function dependenciesOf(meta: unknown): unknown {
  return isDictionary(meta) ? meta.dependencies : undefined
}

interface Named {
  readonly playbooks: string[]
  readonly tasks: string[]
  readonly named: string[]
}

function namesIn(data: unknown, into: Named = { playbooks: [], tasks: [], named: [] }): Named {
  if (Array.isArray(data)) for (const one of data) namesIn(one, into)
  if (!isDictionary(data)) return into
  for (const [key, value] of Object.entries(data)) {
    const short = key.replace(/^ansible\.(builtin|legacy)\./, '')
    if (short === 'import_playbook') into.playbooks.push(...namesOf(value, 'file'))
    else if (['import_tasks', 'include_tasks', 'include'].includes(short))
      into.tasks.push(...namesOf(value, 'file'))
    else if (['import_role', 'include_role'].includes(short)) into.named.push(...namesOf(value, 'name'))
    else if (short === 'roles' && Array.isArray(value))
      into.named.push(...value.flatMap((one) => namesOf(one, 'role')))
    else namesIn(value, into)
  }
  return into
}

function namesOf(value: unknown, key: string): readonly string[] {
  const dict = isDictionary(value) ? value : readPairs(String(value))
  const name = dict?.[key] ?? dict?.name ?? value
  return typeof name === 'string' && !name.includes('{{') ? [name] : []
}
