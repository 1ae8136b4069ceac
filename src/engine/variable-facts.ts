import type { Scope, Variables } from '../core/scope.ts'
import type { VariableFolder } from '../inventory/model.ts'
import type { LoadedInclude, LoadedMeta, LoadedPlay, LoadedRole, LoadedTask } from '../playbook/model.ts'
import type { ScopeSettings } from '../vars/scope.ts'
import type { ConnectionDefaults } from './connection-settings.ts'
import type { LiveInventory } from './live-inventory.ts'

/** What variables know of the run. */
export interface RunFacts {
  readonly inventory: LiveInventory
  /** The `group_vars/` and `host_vars/` beside the playbook. */
  readonly playbookFolder: VariableFolder | undefined
  readonly extraVars: Variables
  readonly check: boolean
  readonly diff: boolean
  readonly verbosity: number
  readonly forks: number
  readonly limit: string | undefined
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** Whether facts are variables of their own, beside `ansible_facts`; they are unless told otherwise. */
  readonly injectFacts?: boolean | undefined
  readonly dictionaries?: ScopeSettings['dictionaries'] | undefined
  readonly configFile?: string | undefined
  readonly connection?: ConnectionDefaults | undefined
  /** Called with each variable that is read. */
  readonly onRead?: ScopeSettings['onRead']
}

/** What variables know of the play that runs. */
export interface PlayFacts {
  readonly play: LoadedPlay
  /** The variables of `vars_files`, by host. */
  readonly varsFiles: Map<string, readonly Variables[]>
  /** The answers to `vars_prompt`. */
  readonly varsPrompt: Variables
  /** The play's roles, and those that were included as `public`. */
  readonly roles: LoadedRole[]
  /** `meta: end_play`: no further batch runs. */
  ended: boolean
  /** The hosts that still take part. */
  readonly hosts: () => readonly string[]
  readonly allHosts: readonly string[]
  /** Those of the batch that runs, without those that failed. */
  readonly batch: () => readonly string[]
  /** All of it, for what is counted in shares of it. */
  readonly wholeBatch: readonly string[]
}

/** What a scope is for: a task in a play, an item of its loop; or a host by itself. */
export interface ScopeOptions {
  readonly play?: PlayFacts | undefined
  readonly task?: LoadedTask | LoadedInclude | LoadedMeta | undefined
  readonly loop?: Variables | undefined
  /** Leave out what the host reported of itself: for deciding how to reach it. */
  readonly trustedOnly?: boolean
  /** The variables beside the playbook, where there is no play to tell. */
  readonly folder?: VariableFolder | undefined
  /** Leave out the variables of the host that the task is delegated to. */
  readonly undelegated?: boolean
  /** The variables to render with, where it is not those of the scope itself. */
  readonly within?: Scope
  /** Text with a variable that is not defined stays as it is written. */
  readonly lenient?: boolean
}
