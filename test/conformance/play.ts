import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Io } from '../../src/cli/io.ts'
import { runPlaybook } from '../../src/cli/run-playbook.ts'
import { PlayscriptError } from '../../src/core/errors.ts'
import type { RunEvent } from '../../src/core/events.ts'
import { readSource } from '../../src/playbook/source.ts'
import { HERE, INVENTORY } from './cases.ts'
import { readEvents } from './read-events.ts'
import { isListing, type RunRecord } from './record-types.ts'
import { tidy } from './tidy.ts'

// The usual ones, as those who record have them.
const SETTINGS = { ANSIBLE_CONFIG: '/dev/null', ANSIBLE_FORKS: '5' }

/** Runs a playbook of this suite through this engine and gives what came of it. */
export async function playTidy(file: string, args: readonly string[]): Promise<RunRecord> {
  const work = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    const ran = await play(file, ['-e', `work=${work}`, ...args], INVENTORY)
    return tidy({ ...ran, args }, { [work]: 'WORK', [HERE]: 'HERE' })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Runs a playbook through this engine, from the folder it stands in, and gives all that came of it. */
export async function play(file: string, args: readonly string[], inventory: string): Promise<RunRecord> {
  const events: RunEvent[] = []
  const printed: string[] = []
  const io: Io = {
    out: (text) => printed.push(text),
    err: (text) => {
      if (process.env.CONFORMANCE_SHOW !== undefined) console.error(text)
    },
    cwd: dirname(file),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...SETTINGS },
    ...{ terminal: false, width: 80, signal: new AbortController().signal },
  }
  const listener = (event: RunEvent) => void events.push(event)
  const argv = ['-v', '-i', inventory, ...args]
  const exit = await readSource(file)
    .then((source) => runPlaybook(source, argv, io, { listener }))
    .catch(exitOf)
  return { args, exit, ...readEvents(events), ...(isListing(args) ? { printed: printed.join('') } : {}) }
}

function exitOf(error: unknown): number {
  if (!(error instanceof PlayscriptError)) throw error
  if (process.env.CONFORMANCE_SHOW !== undefined) console.log(error.describe())
  return error.exit
}
