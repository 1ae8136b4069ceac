import { readFile } from 'node:fs/promises'
import { TaskError } from '../core/errors.ts'
import type { Controller, InventoryView } from '../core/module.ts'
import type { Scope, Variables } from '../core/scope.ts'
import { findFile } from '../playbook/find-file.ts'
import type { LoadedTask } from '../playbook/model.ts'
import { createScope } from '../vars/scope.ts'
import { isVault } from '../vars/vault/envelope.ts'
import type { Vault } from '../vars/vault/vault.ts'
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
    read: (path) => readDecrypted(path, renderer.vault),
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
    mask: (text) => text,
    condition: (expression) => renderer.firstFalse([expression], scope, task.at) === undefined,
  }
}

/** Reads a file of the controller's for a task. @throws {TaskError} {VaultError} it is encrypted, and no password opens it */
export async function readDecrypted(path: string, vault: Vault): Promise<Buffer> {
  const content = await readFile(path)
  // Playbooks that copy such files compare with these words: they are Ansible's.
  if (vault.keys.length === 0 && isVault(content))
    throw new TaskError(`A vault password or secret must be specified to decrypt ${path}`)
  return vault.file(content, path)
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
