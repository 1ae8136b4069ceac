import type { Emit, TaskLabel } from '../core/events.ts'
import type { HostSummary } from '../core/result.ts'
import type { Variables } from '../core/scope.ts'
import type { Secrets } from '../core/secrets.ts'
import type { DuplicateKeys } from '../core/yaml/duplicates.ts'
import type { TagSelection } from '../playbook/tags.ts'
import type { Ahead } from './ahead.ts'
import type { Connections } from './connections.ts'
import type { FactCache } from './fact-cache.ts'
import type { HostState } from './host.ts'
import type { LiveInventory } from './live-inventory.ts'
import type { Renderer } from './renderer.ts'
import type { Stats } from './stats.ts'
import type { VariableStore } from './variables.ts'

/** Asks the user something; without echo where the answer is private. */
export type Prompt = (question: string, options: { readonly private: boolean }) => Promise<string>

/** How plays gather facts. */
export interface Gathering {
  /** Hosts whose facts are known, from this run or the cache, are left out. */
  readonly smart?: boolean
  /** What `setup` is given where a play does not say. */
  readonly args?: Variables
}

/** What every part of a run has at hand. Made once a run; two runs in one process share nothing. */
export interface Run {
  readonly extraVars: Variables
  readonly check: boolean
  readonly diff: boolean
  /** How many hosts work at the same time. */
  readonly forks: number
  readonly tags: TagSelection
  readonly emit: Emit
  readonly secrets: Secrets
  readonly renderer: Renderer
  readonly variables: VariableStore
  readonly connections: Connections
  /** What was read ahead. */
  readonly ahead: Ahead
  /** Renders for what may never come: tells nobody anything, and runs nothing outside. */
  readonly tentative: Pick<Run, 'renderer' | 'variables' | 'secrets'>
  /** What plays add to it is there for the plays that follow. */
  readonly inventory: LiveInventory
  readonly stats: Stats
  readonly factCache: FactCache
  readonly gathering: Gathering
  readonly missingHandler?: 'error' | 'warning' | undefined
  /** The text of `ansible_managed`, where it is not the usual one. */
  readonly ansibleManaged?: string | undefined
  readonly duplicateKeys?: DuplicateKeys | undefined
  /** Whether `set_fact` leaves `yes`, `no` and the like words, as it does where native types are asked for. */
  readonly nativeWords?: boolean | undefined
  /** The state of a host, by its name. */
  readonly host: (name: string) => HostState
  readonly summaries: Map<string, HostSummary>
  /** Asked before each task: whether it is to run (`--start-at-task`, `--step`). */
  readonly gate: (task: TaskLabel) => Promise<boolean>
  /** Asks the user for a variable of `vars_prompt`. */
  readonly prompt: Prompt
  /** Aborted when the user interrupts the run. */
  readonly signal: AbortSignal
}
