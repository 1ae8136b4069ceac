import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PlaybookError } from '../../src/core/errors.ts'
import type { RunEvent } from '../../src/core/events.ts'
import type { HostSummary } from '../../src/core/result.ts'
import { type RunOptions, runPlays } from '../../src/engine/run.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { loadGroupVars } from '../../src/inventory/variable-folder.ts'
import { loadPlaybook, rolesPathOf } from '../../src/playbook/load-playbook.ts'
import { readSource } from '../../src/playbook/source.ts'
import type { Play } from '../../src/playbook/types.ts'
import { validatePlaybook } from '../../src/playbook/validate.ts'
import { createTemplar } from '../../src/template/index.ts'

/** What a run in a test gave. */
export interface Ran {
  readonly exitCode: number
  readonly events: readonly RunEvent[]
  readonly hosts: ReadonlyMap<string, HostSummary>
  /** `status host task` for each result, in order; items of loops as `status host task (item)`. */
  readonly lines: readonly string[]
  /** The last result of a task, by its name. */
  fields(task: string, host?: string): Readonly<Record<string, unknown>>
}

/** How to run; all hosts are this machine, by a connection each of their own. */
export interface RunSettings extends Partial<Omit<RunOptions, 'plays' | 'inventory' | 'playbookDir'>> {
  readonly hosts?: readonly string[]
  /** Files of the playbook's folder, by their path in it. */
  readonly files?: Readonly<Record<string, string>>
  /** Folders with roles, besides those of the playbook's own folder. */
  readonly rolesPath?: readonly string[]
  /** One of the files, which is the playbook instead of the plays. */
  readonly playbook?: string
}

/**
 * Loads, checks and runs plays in a folder of their own, which is removed afterwards.
 * @throws {PlaybookError} when the plays are wrong
 */
export async function runPlaybook(plays: readonly Partial<Play>[], settings: RunSettings = {}): Promise<Ran> {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-test-'))
  try {
    return await runIn(dir, plays, settings)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function runIn(dir: string, plays: readonly Partial<Play>[], settings: RunSettings): Promise<Ran> {
  const { hosts = ['one'], files = {}, rolesPath = [], playbook, ...options } = settings
  const text = JSON.stringify(null)
  for (const [path, content] of Object.entries({ 'playbook.json': text, ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), content)
  }
  const source = await readSource(join(dir, playbook ?? 'playbook.json'))
  const value = plays.map((play) => ({ hosts: 'all', gather_facts: false, connection: 'local', ...play }))
  const { plays: loaded, problems } = await loadPlaybook(
    playbook === undefined ? { ...source, value } : source,
    { rolesPath: [...rolesPathOf(dir), ...rolesPath] },
  )
  const found = [...problems.list, ...validatePlaybook(loaded, createTemplar({ searchPath: [dir] })).list]
  if (found.length > 0) throw new PlaybookError(found)
  const events: RunEvent[] = []
  const summary = await runPlays({
    plays: loaded,
    playbookDir: dir,
    inventory: await loadInventory([`${hosts.join(',')},`], { cwd: dir }),
    playbookFolder: await loadGroupVars(dir),
    tags: { only: [], skip: [] },
    extraVars: {},
    check: false,
    diff: false,
    forks: 5,
    verbosity: 0,
    connection: { timeout: 5, connection: 'local' },
    signal: new AbortController().signal,
    ...options,
    emit: (event) => events.push(event),
  })
  return { ...summary, events, lines: events.flatMap(lineOf), fields: fieldsIn(events) }
}

function lineOf(event: RunEvent): readonly string[] {
  if (event.kind === 'item')
    return [`${event.result.status} ${event.host} ${event.task.name} (${String(event.label)})`]
  if (event.kind !== 'result') return []
  const ignored = event.result.ignored ? ' ignored' : ''
  return [`${event.result.status} ${event.host} ${event.task.name}${ignored}`]
}

function fieldsIn(events: readonly RunEvent[]): Ran['fields'] {
  return (task, host) => {
    const found = events.findLast(
      (event) =>
        event.kind === 'result' && event.task.name === task && (host === undefined || event.host === host),
    )
    if (found?.kind !== 'result') throw new Error(`no task '${task}' ran`)
    return found.result.fields
  }
}
