import { constants } from 'node:os'
import { execa } from 'execa'
import type { Lab } from './types.ts'

/** Runs a command inside the lab on this terminal; returns its exit code, 128 + n for signal n as a shell does. */
export async function runHere(
  lab: Lab,
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const [file = '', ...args] = lab.command(argv)
  const env = { PLAYSCRIPT_LAB: lab.paths.dir, ...more }
  const { exitCode, signal } = await execa(file, args, { stdio: 'inherit', reject: false, env })
  return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal])
}
