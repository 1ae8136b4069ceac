import { ArgumentError, MissingError } from '../../core/errors.ts'
import { lines, quote, Script, safePath, sh } from '../../core/quote.ts'

/** What decides whether a command has to run at all. */
export interface Guards {
  readonly chdir?: string | undefined
  readonly creates?: string | undefined
  readonly removes?: string | undefined
}

/** What the target says to the guards; undefined where a guard was not given. */
export interface GuardState {
  readonly chdir?: boolean
  readonly creates?: boolean
  readonly removes?: boolean
}

/** Reads what the guards ask for: one script, or undefined when there is no guard. Relative paths start at `chdir`. */
export function probeGuards({ chdir, creates, removes }: Guards): Script | undefined {
  if (chdir === undefined && creates === undefined && removes === undefined) return undefined
  return lines(
    chdir === undefined ? undefined : sh`cd ${safePath(chdir)} 2>/dev/null || { echo chdir no; exit 0; }`,
    creates === undefined ? undefined : existing('creates', creates),
    removes === undefined ? undefined : existing('removes', removes),
  )
}

/** Reads what `probeGuards` printed. */
export function parseGuards(text: string): GuardState {
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
      .map(([name = '', answer]) => [name, answer === 'yes']),
  )
}

/**
 * Why the command need not run, in the words that Ansible puts into `stdout`; undefined when it must.
 * @throws {MissingError} when the folder to run it in is not there
 */
export function reasonToSkip(guards: Guards, state: GuardState = {}): string | undefined {
  if (state.chdir === false) {
    throw new MissingError(
      `Unable to change directory before execution: ${guards.chdir} is no folder on the host`,
      {
        result: { rc: null, stdout: '', stderr: '', stdout_lines: [], stderr_lines: [] },
      },
    )
  }
  if (state.creates === true) return `skipped, since ${guards.creates} exists`
  if (state.removes === false) return `skipped, since ${guards.removes} does not exist`
  return undefined
}

function existing(name: string, pattern: string): Script {
  const found = sh`if [ -e "$f" ] || [ -L "$f" ]; then r=yes; break; fi`
  return sh`r=no; for f in ${globWord(pattern)}; do ${found}; done; echo ${name} "$r"`
}

/**
 * A word that the shell expands as a file name pattern (`*`, `?`, `[…]`) and as nothing else.
 * @throws {ArgumentError} when the pattern holds a NUL byte
 */
export function globWord(pattern: string): Script {
  if (pattern.includes('\0')) throw new ArgumentError('a NUL byte cannot be part of a path')
  const parts = safePath(pattern).split(/(\*+|\?|\[!?[A-Za-z0-9_.^-]+\])/)
  return new Script(parts.map((part, index) => (index % 2 === 1 ? part : part && quote(part))).join(''))
}
