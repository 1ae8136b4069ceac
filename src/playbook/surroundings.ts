import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import type { Passed } from './inherit.ts'
import type { Library } from './library.ts'
import type { LoadAhead } from './load-ahead.ts'
import type { Handler, Included, Item, LoadedRole } from './model.ts'
import type { Problems } from './problems.ts'
import type { Source } from './source.ts'

/** What a play gathers from all its roles, also from those that tasks import. */
export interface Gathered {
  readonly roles: LoadedRole[]
  readonly handlers: Handler[]
}

/** What a name that decides what is loaded may be made of: no host has a say in it. */
export interface KnownVariables {
  readonly play: Variables
  /** Of the command line: the strongest. They are read when the first name asks for them. */
  readonly extra: () => Variables
  /** The directory of the first inventory source, if there is one. */
  readonly inventoryDir: string | undefined
}

/** What loading a list of tasks knows of its surroundings. */
export interface Surroundings {
  readonly kind: 'task' | 'handler'
  readonly source: Source
  readonly role: LoadedRole | undefined
  readonly playbookDir: string
  readonly rolesPath: readonly string[]
  readonly passed: Passed
  readonly known: KnownVariables
  /** A block around the tasks has others for when they fail. */
  readonly rescued?: boolean
  /** These are handlers that a block holds together. */
  readonly grouped?: boolean
  /** Something around the tasks is included while the play runs. */
  readonly below?: true
  /** Whether errors in YAML that Ansible reports only when a task runs refuse the playbook. */
  readonly strict: boolean
  readonly library: Library
  readonly ahead: LoadAhead
  readonly problems: Problems
  /** Reads a file of the playbook or of a role, decrypted where it is encrypted. */
  readonly read: (file: string) => Promise<Source>
  readonly gathered: Gathered
  /** Files being imported, from the outermost: an import of one of them goes round in a circle. */
  readonly importing: readonly string[]
  /** Roles being loaded, from the outermost, for the same reason. */
  readonly loading: readonly string[]
  /** The loaders that need one another: of lists of tasks, and of roles. */
  readonly loaders: Loaders
}

/** A role that a task brings in, by its options. */
export interface RoleOptions {
  readonly name: string
  readonly tasks_from?: string
  readonly vars_from?: string
  readonly defaults_from?: string
  readonly handlers_from?: string
  readonly public?: boolean
  readonly allow_duplicates?: boolean
  readonly rolespec_validate?: boolean
}

export interface Loaders {
  items(list: unknown, around: Surroundings): Promise<readonly Item[]>
  /** The tasks of a role, its dependencies' before; what it gathers goes to `around.gathered`. */
  role(options: RoleOptions, around: Surroundings, at: Location): Promise<readonly Item[]>
  /** A role for a dynamic include, with what it brings along. */
  includeRole(options: RoleOptions, around: Surroundings, at: Location): Promise<Included>
}
