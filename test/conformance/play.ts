import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseExtraVars } from '../../src/cli/extra-vars.ts'
import { parseOptions } from '../../src/cli/options.ts'
import { PlaybookError, PlayscriptError } from '../../src/core/errors.ts'
import type { RunEvent } from '../../src/core/events.ts'
import { runPlays } from '../../src/engine/run.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { loadGroupVars } from '../../src/inventory/variable-folder.ts'
import { words } from '../../src/playbook/inherit.ts'
import { loadPlaybook, rolesPathOf } from '../../src/playbook/load-play.ts'
import { readSource } from '../../src/playbook/source.ts'
import { validatePlaybook } from '../../src/playbook/validate.ts'
import { createTemplar } from '../../src/template/index.ts'
import { HERE, INVENTORY } from './cases.ts'
import { readEvents } from './read-events.ts'
import type { RunRecord } from './record-types.ts'
import { tidy } from './tidy.ts'

/** Runs a playbook of this suite through this engine and gives what came of it. */
export async function playTidy(file: string, args: readonly string[]): Promise<RunRecord> {
  const work = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    const { exit, ...ran } = await play(file, ['-e', `work=${work}`, ...args], INVENTORY)
    return tidy({ ...ran, args, exit }, { [work]: 'WORK', [HERE]: 'HERE' })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Runs a playbook through this engine and gives all that came of it. */
export async function play(file: string, args: readonly string[], inventory: string): Promise<RunRecord> {
  const events: RunEvent[] = []
  const exit = await run(file, args, inventory, (event) => events.push(event)).catch(exitOf)
  return { args, exit, ...readEvents(events) }
}

function exitOf(error: unknown): number {
  if (!(error instanceof PlayscriptError)) throw error
  if (process.env.CONFORMANCE_SHOW !== undefined) console.log(error.describe())
  return error.exit
}

async function run(
  file: string,
  argv: readonly string[],
  inventory: string,
  emit: (event: RunEvent) => void,
): Promise<number> {
  const { options } = parseOptions(argv)
  const source = await readSource(file)
  const extraVars = parseExtraVars(options['extra-vars'] ?? [])
  const { plays, problems } = await loadPlaybook(source, {
    rolesPath: rolesPathOf(source.dir),
    extraVars: () => extraVars,
  })
  if (problems.list.length > 0) throw new PlaybookError(problems.list)
  const found = validatePlaybook(plays, createTemplar({ searchPath: [source.dir] }))
  if (found.length > 0) throw new PlaybookError(found)
  const { exitCode } = await runPlays({
    plays: options['force-handlers'] ? plays.map((one) => ({ ...one, force_handlers: true })) : plays,
    playbookDir: source.dir,
    inventory: await loadInventory([inventory], { cwd: source.dir }),
    playbookFolder: await loadGroupVars(source.dir),
    limit: options.limit,
    tags: { only: (options.tags ?? []).flatMap(words), skip: (options['skip-tags'] ?? []).flatMap(words) },
    extraVars,
    check: options.check === true,
    diff: options.diff === true,
    forks: 5,
    verbosity: 1,
    connection: { timeout: 5 },
    signal: new AbortController().signal,
    emit,
  })
  return exitCode
}
