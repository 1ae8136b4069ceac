import { openLab } from './handle.ts'
import { type LabOptions, startLab, testHosts } from './lab.ts'
import { isInside } from './namespace.ts'
import { labUnavailable } from './prerequisites.ts'
import { runHere } from './run-here.ts'
import { readState } from './state.ts'
import type { Lab } from './types.ts'

export { emptyAccount } from './account.ts'
export { openLab } from './handle.ts'
export { defaultHosts, type LabOptions, startLab, testHosts } from './lab.ts'
export { gateway } from './namespace.ts'
export { ensureTestPrograms, hasProgram, labUnavailable } from './prerequisites.ts'
export { readerEnvironment } from './reader.ts'
export type { Download, ExecOptions, HostSpec, Lab, LabHost, LabPaths, Outcome, Profile } from './types.ts'

/**
 * The lab for a test that dials hosts itself: this process is inside its network when the promise resolves.
 *
 * - Started by `npm run lab run|exec`, or by a test runner inside one: the lab that PLAYSCRIPT_LAB names, unless the real
 *   API server is asked for and that lab has the stand-in.
 * - Else it starts the tests' lab, or the one that the options describe, runs this same program again inside it, removes the lab, and ends this process
 *   with that program's exit code; the promise then never resolves here. So call it before any test work.
 *
 * Throws with `labUnavailable`'s words where there can be no lab: ask that first to skip instead.
 *
 * @example
 * const lab = await ensureLab()
 * const socket = connect(22, lab.host('plain-1').address)
 */
export async function ensureLab(options: LabOptions = {}): Promise<Lab> {
  const named = process.env.PLAYSCRIPT_LAB ?? ''
  const dir = options.kubernetes && readState(named)?.kubernetes === undefined ? '' : named
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  if (dir) {
    const lab = openLab(dir)
    if (isInside(lab.netns)) return lab
    process.exit(await runHere(lab, program))
  }
  const reason = labUnavailable()
  if (reason !== undefined) throw new Error(reason)
  const lab = await startLab({ hosts: testHosts, log: (line) => console.error(`lab: ${line}`), ...options })
  const code = await runHere(lab, program).finally(lab.stop)
  process.exit(code)
}
