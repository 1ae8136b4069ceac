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
  /** Characters in a line. */
  readonly width: number
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
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
