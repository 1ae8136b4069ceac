import type { Shell as Zx } from 'zx/core'

/** What a script function works with. */
export interface ScriptContext<V> {
  /**
   * zx's `$`, running on the target, over the connection that is there and as the user the task becomes. Values are
   * quoted; `.json()`, `.lines()`, `.text()`, `.nothrow()` and pipes work. Commands run one after another, so
   * standard input is gathered whole before a command that reads it starts.
   */
  readonly $: Zx
  /** The variables of the host, rendered. */
  readonly vars: V
  readonly local: {
    /** zx's `$`, running on the controller. */
    readonly $: Zx
  }
  /** The inventory's name of the host. */
  readonly host: string
  /** Whether the run is in check mode; a function is called then only for a task with `check_mode: false`. */
  readonly check: boolean
}

/**
 * A task in TypeScript. The object it returns becomes part of the result; the task counts as changed unless the
 * object says `changed: false`, and as failed when it throws or says `failed: true`.
 */
export type ScriptFunction<V> = (context: ScriptContext<V>) => Promise<unknown>
