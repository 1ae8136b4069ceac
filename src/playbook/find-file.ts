import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { controllerPath } from '../core/controller-home.ts'
import { TaskError } from '../core/errors.ts'
import type { TaskContext } from './model.ts'

/** The folders in which, or in whose folder of a kind, a task's files are looked for (Ansible: 'Search paths in Ansible'). */
export function searchBases({ role, taskDir, playbookDir }: TaskContext): readonly string[] {
  return [...new Set([...(role === undefined ? [] : [role.path]), taskDir, playbookDir])]
}

function searchFolders(context: TaskContext, kind: string): readonly string[] {
  return searchBases(context).flatMap((base) => [join(base, kind), base])
}

/**
 * Finds a file that a task names.
 * @throws {TaskError} naming the folders looked in
 */
export function findFile(context: TaskContext, kind: string, name: string): string {
  const folders = searchFolders(context, kind)
  const path = controllerPath(name)
  const candidates = isAbsolute(path) ? [path] : folders.map((folder) => join(folder, path))
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found !== undefined) return found
  const looked = isAbsolute(path) ? '' : ` (looked in ${folders.join(', ')})`
  throw new TaskError(`there is no file '${name}'${looked}`)
}
