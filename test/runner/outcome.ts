/** How a test file ran: what it printed, and how its process or its turn in one ended. */
export interface Ran {
  readonly file: string
  readonly output: string
  /** Undefined when the process was killed. */
  readonly exitCode: number | undefined
  readonly seconds: number
}

/** The tests of one file, counted. */
export interface Outcome extends Ran {
  /** All tests of the file but the skipped ones. */
  readonly total: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Counts a file's tests from what uvu printed.
 *
 * uvu ends with 0 when a hook throws before the first test and when a suite is never run, so an exit code proves
 * nothing: a file counts only by the tests that it says it passed, and only if it ended well.
 */
export function outcomeOf(ran: Ran): Outcome {
  const count = (word: string) => {
    const found = [...ran.output.matchAll(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'gm'))]
    return Number(found.at(-1)?.[1] ?? 0)
  }
  const [total, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')]
  // uvu leaves skipped tests out of the total.
  const missing = Math.max(total - passed, 0)
  const broken = ran.exitCode !== 0 || total + skipped === 0
  const failed = missing > 0 ? missing : broken ? 1 : 0
  return { ...ran, total, passed, failed, skipped }
}

/** The lines to print about a file: one if it passed, and all that it printed if it failed. */
export function linesOf({ file, passed, failed, skipped, output, seconds }: Outcome): string {
  const counts = `${passed} passed${failed > 0 ? `, ${failed} FAILED` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`
  const line = `${failed > 0 ? 'FAIL' : 'ok  '} ${file} (${counts}, ${seconds.toFixed(1)} s)`
  return failed > 0 ? `${line}\n${output.replace(/^/gm, '     | ')}` : line
}

/** The last lines of a run and its exit code. With `strict`, no test may be skipped. */
export function verdict(outcomes: readonly Outcome[], expected: number, strict: boolean) {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  const wrong = strict ? outcomes.filter((one) => one.skipped > 0) : []
  const lines = wrong.map(({ file }) => `${file} skipped tests, and none may be skipped here`)
  const complete = outcomes.length === expected && passed > 0
  return {
    lines: [...lines, `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`],
    exitCode: failed > 0 || wrong.length > 0 || !complete ? 1 : 0,
  }
}
