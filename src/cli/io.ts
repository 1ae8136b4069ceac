import type { Secrets } from '../core/secrets.ts'

/** What a command has of the process around it, passed in so that tests can pass something else. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** For what a terminal shows for a while: no log keeps it. */
  readonly screen?: (text: string) => void
  /** For what is no text. */
  readonly bytes?: (content: Uint8Array) => void
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a person sits at a terminal: for colours, and for asking. */
  readonly terminal: boolean
  /** For what a person types, as the terminal's line editor shows it. */
  readonly echo?: (text: string) => void
  /** The secrets of the run, which `err` masks. */
  readonly secrets?: Secrets
  /** Characters in a line. */
  readonly width: number
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  /** Aborted when the program ends at once: what must still be written is written now. */
  readonly stop?: AbortSignal
}

/** Whether to print in colour: on a terminal, unless told otherwise (https://no-color.org). */
export function wantsColor({ terminal, env }: Io): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0'
  return terminal && env.TERM !== 'dumb' && env.CI === undefined
}

/** Whether lines that change are out of place even on a terminal: in CI, and where the terminal cannot. */
export function isQuiet({ env }: Pick<Io, 'env'>): boolean {
  return env.CI !== undefined || env.TERM === 'dumb'
}
