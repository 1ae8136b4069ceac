import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { TaskError } from '../core/errors.ts'
import type { Controller } from '../core/module.ts'
import type { Scope, Variables } from '../core/scope.ts'
import type { LoadedTask, TaskContext } from '../playbook/model.ts'
import { createScope } from '../vars/scope.ts'
import type { Renderer } from './renderer.ts'

/** The controller's side for one task on one host. */
export function createController(task: LoadedTask, scope: Scope, renderer: Renderer): Controller {
  return {
    variables: scope,
    find: (kind, name) => findFile(task.context, kind, name),
    read: (path) => readFile(path),
    renderFile: async (path, options) => {
      const inTemplate = withVariables(scope, {
        template_path: path,
        template_fullpath: path,
        ansible_managed: 'Ansible managed',
      })
      return renderer.templar.renderFile(path, inTemplate, options)
    },
    evaluate: (expression) => renderer.templar.evaluate(expression, scope, task.at),
    condition: (expression) => renderer.firstFalse([expression], scope, task.at) === undefined,
  }
}

function withVariables(scope: Scope, values: Variables): Scope {
  const own = createScope([{ kind: 'data', values }], (value) => value)
  return {
    has: (name) => own.has(name) || scope.has(name),
    get: (name) => (own.has(name) ? own.get(name) : scope.get(name)),
    names: () => new Set([...own.names(), ...scope.names()]),
  }
}

/** The folders where a task's files of a kind are looked for, in order (Ansible: 'Search paths in Ansible'). */
export function searchFolders({ role, taskDir, playbookDir }: TaskContext, kind: string): readonly string[] {
  const bases = [...(role === undefined ? [] : [role.path]), taskDir, playbookDir]
  return [...new Set(bases.flatMap((base) => [join(base, kind), base]))]
}

/**
 * Finds a file that a task names.
 * @throws {TaskError} naming the folders looked in
 */
export function findFile(context: TaskContext, kind: string, name: string): string {
  const folders = searchFolders(context, kind)
  const candidates = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found !== undefined) return found
  const looked = isAbsolute(name) ? '' : ` (looked in ${folders.join(', ')})`
  throw new TaskError(`there is no file '${name}'${looked}`)
}
