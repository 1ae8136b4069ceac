import type { Value } from '../core/arguments.ts'
import type { Fields } from '../core/result.ts'
import type { ModuleInput, ModuleRegistry } from '../modules/index.ts'

/** Variables that every task has, beside its own: Ansible's magic variables and the facts. */
export interface MagicVariables {
  readonly inventory_hostname: string
  readonly inventory_hostname_short: string
  readonly group_names: readonly string[]
  readonly groups: Readonly<Record<string, readonly string[]>>
  readonly hostvars: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly playbook_dir: string
  readonly role_name: string
  readonly role_path: string
  readonly ansible_check_mode: boolean
  readonly ansible_diff_mode: boolean
  readonly ansible_play_hosts: readonly string[]
  readonly ansible_facts: Readonly<Record<string, unknown>>
  readonly ansible_architecture: string
  readonly ansible_hostname: string
  readonly ansible_os_family: string
  readonly ansible_distribution: string
  /** The item of the task's loop. Its type is the author's knowledge, which no declaration of ours can have. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly item: any
}

/** What a function in a task is called with: the role's variables and the magic ones. */
export type TaskVariables<V> = V & MagicVariables

/** A condition: an expression without braces, a boolean, or a function of the variables. */
export type Condition<V> = string | boolean | ((vars: TaskVariables<V>, result: Fields) => boolean)

type Conditions<V> = Condition<V> | readonly Condition<V>[]
type Tags = string | readonly string[]
type Environment<V> = Readonly<Record<string, Value<string | number, V>>>

/** Keywords that plays, roles, blocks and tasks share; what is inside inherits them. */
export interface SharedKeywords<V> {
  readonly name?: string
  readonly when?: Conditions<V>
  readonly tags?: Tags
  readonly vars?: Readonly<Record<string, unknown>>
  readonly become?: Value<boolean, V>
  readonly become_user?: Value<string, V>
  readonly become_method?: Value<'sudo' | 'su' | 'doas', V>
  readonly become_flags?: Value<string, V>
  readonly become_exe?: Value<string, V>
  readonly environment?: Environment<V> | readonly Environment<V>[]
  readonly delegate_to?: Value<string, V>
  readonly delegate_facts?: Value<boolean, V>
  readonly run_once?: Value<boolean, V>
  readonly ignore_errors?: Value<boolean, V>
  readonly ignore_unreachable?: Value<boolean, V>
  readonly any_errors_fatal?: Value<boolean, V>
  readonly no_log?: Value<boolean, V>
  readonly check_mode?: Value<boolean, V>
  readonly diff?: Value<boolean, V>
  readonly connection?: Value<'ssh' | 'openssh' | 'local', V>
  readonly remote_user?: Value<string, V>
  readonly port?: Value<number, V>
  /** Seconds; 0 waits for ever. */
  readonly timeout?: Value<number, V>
  /** At most so many hosts at the same time. */
  readonly throttle?: Value<number, V>
  /** Parameters that tasks of a module have unless they give them themselves. */
  readonly module_defaults?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What `loop_control` can set. */
export interface LoopControl {
  readonly loop_var?: string
  readonly index_var?: string
  readonly label?: string
  /** Seconds between two items. */
  readonly pause?: number
  readonly extended?: boolean
  /** Whether `ansible_loop` has all items, too: they are many where there are many items. */
  readonly extended_allitems?: boolean
  /** Ends the loop after the item for which it holds. */
  readonly break_when?: string | readonly string[]
}

/** Keywords that only a task has, or a handler, which is a task with `listen`. */
export interface TaskKeywords<V> {
  readonly register?: string
  readonly loop?: readonly unknown[] | string | ((vars: TaskVariables<V>) => readonly unknown[])
  readonly loop_control?: LoopControl
  readonly until?: Conditions<V>
  readonly retries?: Value<number, V>
  /** Seconds between two tries. */
  readonly delay?: Value<number, V>
  readonly changed_when?: Conditions<V>
  readonly failed_when?: Conditions<V>
  readonly notify?: string | readonly string[]
  readonly listen?: string | readonly string[]
  /** Parameters of the module, beside those under its name. */
  readonly args?: Readonly<Record<string, unknown>>
  /** Seconds that the task may take, running detached on the host. */
  readonly async?: Value<number, V>
  /** Seconds between two looks at a detached task; 0 does not wait for it. */
  readonly poll?: Value<number, V>
}

/** A role, and which of its files to take instead of `main`. */
export interface RoleSource {
  readonly name: string
  readonly tasks_from?: string
  readonly vars_from?: string
  readonly defaults_from?: string
  readonly handlers_from?: string
  /** Whether the role's variables are the play's too: those of an import are, those of an include are not. */
  readonly public?: boolean
  /** Whether a role that ran before runs again; it does. */
  readonly allow_duplicates?: boolean
  /** Whether the role's parameters are checked against its `argument_specs`; they are. */
  readonly rolespec_validate?: boolean
}

/** Parts of a playbook that stand where a module would. */
export interface Structure<V> {
  readonly block?: readonly Task<V>[]
  readonly rescue?: readonly Task<V>[]
  readonly always?: readonly Task<V>[]
  /** The tasks of another file, put in this place when the play is loaded. */
  readonly import_tasks?: string | { readonly file: string }
  /** The tasks of a file whose name may depend on variables, read when the include is reached. */
  readonly include_tasks?: string | { readonly file: string; readonly apply?: SharedKeywords<V> }
  /** The tasks of a role, put in this place when the play is loaded. */
  readonly import_role?: RoleSource
  /** The tasks of a role, read when the include is reached; its variables stay its own unless it is `public`. */
  readonly include_role?: RoleSource & { readonly apply?: SharedKeywords<V> }
  /** An order to the engine itself. */
  readonly meta?:
    | 'flush_handlers'
    | 'end_play'
    | 'end_batch'
    | 'end_host'
    | 'end_role'
    | 'clear_facts'
    | 'clear_host_errors'
    | 'reset_connection'
    | 'noop'
}

/** A module's name as the key, its parameters as the value. Exactly one stands in a task. */
export type ModuleKeys<V> = {
  readonly [M in keyof ModuleRegistry]?: ModuleInput<ModuleRegistry[M], TaskVariables<V>>
}

/**
 * A task: the object that Ansible's YAML gives. One flat type, so that the compiler points at the misspelt word.
 * `V` is the type of the variables that functions in it read.
 */
export type Task<V = unknown> = SharedKeywords<V> & TaskKeywords<V> & Structure<V> & ModuleKeys<V>

/** Variables of any type: a play holds tasks that were typed by other files' declarations. */
// biome-ignore lint/suspicious/noExplicitAny: a function's parameter types do not otherwise fit one another
type AnyVariables = any

/** A role in a play: its name, or its name with keywords and parameters. */
export type RoleEntry =
  | string
  | (SharedKeywords<unknown> & { readonly role: string } & { readonly [parameter: string]: unknown })

/** A play: which hosts, and what is done on them. */
export interface Play extends SharedKeywords<unknown> {
  readonly hosts: string | readonly string[]
  readonly gather_facts?: boolean
  readonly gather_subset?: readonly string[]
  readonly gather_timeout?: number
  readonly fact_path?: string
  readonly vars_files?: readonly (string | readonly string[])[]
  readonly pre_tasks?: readonly Task<AnyVariables>[]
  readonly roles?: readonly RoleEntry[]
  readonly tasks?: readonly Task<AnyVariables>[]
  readonly post_tasks?: readonly Task<AnyVariables>[]
  readonly handlers?: readonly Task<AnyVariables>[]
  readonly force_handlers?: boolean
  readonly max_fail_percentage?: number
  readonly serial?: number | string | readonly (number | string)[]
  readonly order?: 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle'
  readonly strategy?: 'linear' | 'free' | 'host_pinned'
  readonly vars_prompt?: readonly {
    readonly name: string
    readonly prompt?: string
    readonly default?: string
    readonly private?: boolean
    readonly confirm?: boolean
  }[]
}

/** An entry of a playbook: a play, or another playbook whose plays stand in its place. */
export type PlaybookEntry =
  | Play
  | (Pick<Play, 'name' | 'tags' | 'when' | 'vars'> & {
      readonly import_playbook: string
      readonly hosts?: never
    })

/**
 * Types a list of tasks. Give the type of the role's variables, and functions in the tasks are checked against it.
 *
 * @example
 * export default tasks<K8sVars>([{ name: 'Make the group', group: { name: 'acme', system: true } }])
 */
export function tasks<V = unknown>(list: readonly Task<V>[]): readonly Task<V>[] {
  return list
}

/** Types a list of handlers: tasks that run when something notified them, once, in the order they stand here. */
export function handlers<V = unknown>(list: readonly Task<V>[]): readonly Task<V>[] {
  return list
}

/** Types a role's defaults; `typeof` of what it returns is the type to give to `tasks`. */
export function defaults<const V extends Readonly<Record<string, unknown>>>(values: V): Widened<V> {
  return values as Widened<V>
}

/** A default is a starting value: its type is that of the text or number, not the one value itself. */
type Widened<V> = {
  readonly [K in keyof V]: V[K] extends string
    ? string
    : V[K] extends number
      ? number
      : V[K] extends boolean
        ? boolean
        : V[K]
}
