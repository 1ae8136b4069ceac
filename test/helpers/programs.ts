import { hasProgram } from '../lab/index.ts'

export { hasProgram }

/** Ends a test file at once, with the names of the programs, if this machine lacks some that it cannot do without. */
export function needsProgram(...names: readonly string[]): void {
  const missing = names.filter((name) => !hasProgram(name))
  if (missing.length === 0) return
  throw new Error(
    `This test needs ${missing.join(', ')} on this machine; npm test installs it if root runs it`,
  )
}

/** The shells that probes must work in, as command lines: all that this machine has. */
export const PROBE_SHELLS: readonly (readonly string[])[] = [
  ['sh'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
].filter(([name = '']) => hasProgram(name))
