import type { Location } from '../core/location.ts'
import type { Module } from '../core/module.ts'
import type { Variables } from '../core/scope.ts'
import type { VariableFolder } from '../inventory/model.ts'
import type { Order } from '../inventory/order.ts'
import type { LoopControl } from './types.ts'

/** Keywords that a task takes from the block, role or play around it, unless it sets them itself. */
export interface Inherited {
  readonly become?: unknown
  readonly become_user?: unknown
  readonly become_method?: unknown
  readonly become_flags?: unknown
  readonly become_exe?: unknown
  readonly delegate_to?: unknown
  readonly delegate_facts?: unknown
  readonly run_once?: unknown
  readonly ignore_errors?: unknown
  readonly ignore_unreachable?: unknown
  readonly any_errors_fatal?: unknown
  readonly no_log?: unknown
  readonly check_mode?: unknown
  readonly diff?: unknown
  readonly connection?: unknown
  readonly remote_user?: unknown
  readonly port?: unknown
  readonly timeout?: unknown
  readonly throttle?: unknown
}

/** What adds up on the way from the play to the task: the outermost first. */
export interface Accumulated {
  readonly tags: readonly string[]
  readonly when: readonly unknown[]
  readonly environment: readonly unknown[]
  /** Variables of blocks, then of the task. */
  readonly vars: readonly Variables[]
  /** What keywords were before a template that may leave them out: what counts then. */
  readonly beneath?: Inherited
  /** Default parameters by module. */
  readonly module_defaults: readonly unknown[]
  /** What a change notifies, where the task does not say: of a block or an import around it. */
  readonly notify: readonly string[]
  /** Variables that dynamic includes on the way here were given. */
  readonly includeParams: readonly Variables[]
  /** Their loops' variables: data by now. */
  readonly includeLoops: readonly Variables[]
}

/** A role as one play uses it. */
export interface LoadedRole {
  readonly name: string
  readonly path: string
  readonly defaults: Variables
  readonly vars: Variables
  /** What the play gives beside the role's name. */
  readonly params: Variables
  /** The same for uses with the same parameters: on a host where one has run, the others do not. None: all run. */
  readonly identity: string | undefined
  /** The role that depends on this one, which the play does not name then. */
  readonly dependent: LoadedRole | undefined
  /** The roles it depends on itself, and before each of them those that this one depends on. */
  readonly dependencies: readonly LoadedRole[]
  /** The role whose task includes or imports this one, if one does. */
  readonly parent: LoadedRole | undefined
}

/** Where a task stands: for finding the files it names, and for telling people. */
export interface TaskContext {
  readonly role: LoadedRole | undefined
  /** The playbook's folder. */
  readonly playbookDir: string
  /** The folder of the file that holds the task. */
  readonly taskDir: string
}

interface ItemBase extends Inherited, Accumulated {
  readonly name: string | undefined
  readonly at: Location
  readonly context: TaskContext
}

/** `with_items: …` and the like: any lookup can make a loop. */
export interface LoopWith {
  readonly lookup: string
  readonly terms: unknown
}

/** A task, ready to run: its module loaded, its inherited keywords settled. */
export interface LoadedTask extends ItemBase {
  readonly kind: 'task'
  readonly module: Module
  /** The module's name as the task wrote it. */
  readonly action: string
  readonly args: unknown
  /** Set when `action` is a template: gives the module of the name that it renders to. @throws {TaskError} for none */
  readonly choose?: (name: string) => Promise<Pick<LoadedTask, 'action' | 'module' | 'args'>>
  readonly register?: string
  readonly loop?: unknown
  /** A loop in the `with_` form: a lookup and its terms. */
  readonly loop_with?: LoopWith
  readonly async?: unknown
  readonly poll?: unknown
  readonly loop_control: LoopControl
  readonly until?: readonly unknown[]
  readonly retries?: unknown
  readonly delay?: unknown
  readonly changed_when?: readonly unknown[]
  readonly failed_when?: readonly unknown[]
  /** The playbook says what happens when it fails, so what is wrong with it shows when it runs. */
  readonly expectsFailure?: true
  readonly listen: readonly string[]
}

/** A block: if its tasks fail on a host, the rescue tasks run there; the always tasks run in any case. */
export interface LoadedBlock extends ItemBase {
  readonly kind: 'block'
  readonly block: readonly Item[]
  readonly rescue: readonly Item[]
  readonly always: readonly Item[]
}

/** An order to the engine itself. */
export interface LoadedMeta extends ItemBase {
  readonly kind: 'meta'
  readonly action: string
  readonly listen: readonly string[]
}

/** The order with which a role's tasks end: nobody writes it. */
export const ROLE_COMPLETE = 'role_complete'

/** What a dynamic include brings in. */
export interface Included {
  readonly items: readonly Item[]
  readonly handlers: readonly Handler[]
  /** The role, when it was included for its variables too (`public`). */
  readonly role?: LoadedRole | undefined
  /** The file or role, as the report names it. */
  readonly from: string
}

/** Tasks or a role whose name is known only on the way: loaded when it is reached. */
export interface LoadedInclude extends ItemBase {
  readonly kind: 'include'
  readonly action: 'include_tasks' | 'include_role'
  readonly options: unknown
  readonly register?: string
  readonly loop?: unknown
  readonly loop_with?: LoopWith
  readonly loop_control: LoopControl
  readonly listen: readonly string[]
  /** Loads what the rendered options name, with the variables that it gets. */
  readonly load: (
    options: Readonly<Record<string, unknown>>,
    given: { readonly loop: Variables },
  ) => Promise<Included>
}

/** A handler: a task, an include whose tasks then all run, or an order to the engine. */
export type Handler = LoadedTask | LoadedInclude | LoadedMeta

export type Item = LoadedTask | LoadedBlock | LoadedMeta | LoadedInclude

/** How hosts go through the tasks: in step, each at its own pace, or `forks` of them at a time from start to end. */
export type Strategy = 'linear' | 'free' | 'host_pinned'

/** A variable to ask the user for before the play. */
export interface VarsPrompt {
  readonly name: string
  readonly prompt?: string
  readonly default?: unknown
  readonly private?: boolean
  readonly confirm?: boolean
}

/** A play, ready to run. Handlers are in definition order: the roles' first, then the play's. */
export interface LoadedPlay extends Inherited {
  readonly name: string
  /** Keywords that are templates: they get their values when the play starts. */
  readonly templates?: Readonly<Record<string, unknown>>
  readonly at: Location
  readonly hosts: string
  readonly tags: readonly string[]
  readonly gather_facts: boolean
  readonly gather_subset?: readonly string[]
  readonly gather_timeout?: number
  readonly fact_path?: string
  readonly vars: Variables
  readonly vars_files: readonly (string | readonly string[])[]
  readonly environment: readonly unknown[]
  readonly module_defaults: readonly unknown[]
  readonly roles: readonly LoadedRole[]
  /** The sections, each of which ends with its handlers: pre_tasks, roles and tasks, post_tasks. */
  readonly sections: readonly (readonly Item[])[]
  readonly handlers: readonly Handler[]
  readonly force_handlers: boolean
  readonly max_fail_percentage?: number
  readonly serial: readonly (number | string)[]
  readonly order: Order
  readonly strategy: Strategy
  readonly vars_prompt: readonly VarsPrompt[]
  readonly playbookDir: string
  /** The variables beside the playbook that the play is from, where that is not the run's first playbook. */
  readonly folder?: VariableFolder | undefined
}

/** All items of a list, in order, those inside blocks included. */
export function* itemsOf(items: readonly Item[]): Iterable<Item> {
  for (const item of items) {
    yield item
    if (item.kind === 'block') yield* itemsOf([...item.block, ...item.rescue, ...item.always])
  }
}

/** All tasks of a list, in order, those inside blocks included. */
export function* tasksOf(items: readonly Item[]): Iterable<LoadedTask> {
  for (const item of itemsOf(items)) if (item.kind === 'task') yield item
}

/** Whether a list has dynamic includes: what they bring is not known yet. */
export function hasIncludes(items: readonly Item[]): boolean {
  return [...itemsOf(items)].some((item) => item.kind === 'include')
}
