import { enableCompileCache } from '../core/compile-cache.ts'
import type { PlaybookEntry } from '../playbook/types.ts'

// Node compiles anew in every run whatever it imports before the cache is enabled, so this file and its static imports
// stay few and small.

/** Runs the `playscript` command as the program. */
export async function startCommand(): Promise<void> {
  enableCompileCache()
  const [{ runAsProgram }, { main }] = await Promise.all([import('./process.ts'), import('./main.ts')])
  await runAsProgram(main)
}

/** Runs the plays of a file as the program, with the flags of `ansible-playbook`. */
export async function startPlaybook(file: string, plays: readonly PlaybookEntry[]): Promise<void> {
  enableCompileCache()
  const [{ runAsProgram }, { runPlaybook }, { locateInCode }] = await Promise.all([
    import('./process.ts'),
    import('./run-playbook.ts'),
    import('../playbook/locate.ts'),
  ])
  const dir = file.slice(0, Math.max(file.lastIndexOf('/'), 1))
  const source = { file, dir, value: plays, locate: locateInCode(file, plays) }
  await runAsProgram((argv, io) => runPlaybook(source, argv, io))
}
