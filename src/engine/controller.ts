import { readFile } from 'node:fs/promises'
import type { Controller, InventoryView } from '../core/module.ts'
import type { Scope, Variables } from '../core/scope.ts'
import { findFile } from '../playbook/find-file.ts'
import type { LoadedTask } from '../playbook/model.ts'
import { createScope } from '../vars/scope.ts'
import { ANSIBLE_MANAGED, ansibleManaged } from './ansible-managed.ts'
import type { Renderer } from './renderer.ts'

/** The controller's side for one task on one host; `managed` is the text of `ansible_managed`. */
export function createController(
  task: LoadedTask,
  scope: Scope,
  renderer: Renderer,
  inventory: InventoryView,
  managed = ANSIBLE_MANAGED,
): Controller {
  return {
    variables: scope,
    environment: {},
    inventory,
    find: (kind, name) => findFile(task.context, kind, name),
    read: async (path) => renderer.vault.file(await readFile(path), path),
    renderFile: async (path, options) => {
      const inTemplate = withVariables(scope, {
        template_path: path,
        template_fullpath: path,
        ansible_managed: await ansibleManaged(managed, path),
      })
      return renderer.templar.renderFile(path, inTemplate, options)
    },
    evaluate: (expression) => renderer.templar.evaluate(expression, scope, task.at),
    conceal: () => {},
    condition: (expression) => renderer.firstFalse([expression], scope, task.at) === undefined,
  }
}

function withVariables(scope: Scope, values: Variables): Scope {
  const own = createScope([{ kind: 'data', values }], (value) => value)
  return {
    ...scope,
    has: (name) => own.has(name) || scope.has(name),
    get: (name) => (own.has(name) ? own.get(name) : scope.get(name)),
    names: () => new Set([...own.names(), ...scope.names()]),
  }
}
