import type { Scope, Variables } from './scope.ts'

/** The inventory as it is now, as far as modules see it. */
export interface InventoryView {
  readonly hosts: ReadonlyMap<string, { readonly vars: Variables; readonly data?: Variables }>
  readonly groups: ReadonlyMap<
    string,
    { readonly hosts: readonly string[]; readonly children: readonly string[] }
  >
}

/** The controller's side, as modules see it: files beside the playbook, and the task's variables. */
export interface Controller {
  readonly variables: Scope
  /** The task's `environment`, for modules whose work is done here. */
  readonly environment: Readonly<Record<string, string>>
  /** Ends what is under way: the run was interrupted, or the task's `timeout` is over. */
  readonly signal?: AbortSignal | undefined
  readonly inventory: InventoryView
  /**
   * Finds a file as Ansible searches it: the role's folder of that kind, then the role, the task file's
   * folder, and the playbook's.
   * @throws {TaskError} naming the places looked at
   */
  find(kind: 'files' | 'templates' | 'vars', name: string): string
  read(path: string): Promise<Buffer>
  /** Renders a template file; options are those of the template module. */
  renderFile(path: string, options: Variables): Promise<string>
  /** The value of a bare expression. */
  evaluate(expression: string): unknown
  /** Whether a condition holds. */
  condition(expression: unknown): boolean
  /** Makes a value a secret of the run: masked from now on wherever it surfaces. */
  conceal(value: unknown): void
  /** Text as it may be shown: without the secrets of the run. */
  mask(text: string): string
}
