import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import { loadModule } from '../modules/index.ts'
import type { LoadedPlay, LoadedTask } from '../playbook/model.ts'
import { isSelected } from '../playbook/tags.ts'
import { failure } from './attempt.ts'
import type { Run } from './context.ts'
import { indexHandlers } from './handler-book.ts'
import { flushHandlers } from './handlers.ts'
import { type HostState, isActive } from './host.ts'
import { runItems } from './linear.ts'
import { record } from './record.ts'
import { runOnHosts, type Section } from './run-on-hosts.ts'
import type { PlayFacts } from './variables.ts'
import { loadVarsFiles } from './vars-files.ts'

/**
 * Runs one play on its hosts: batch by batch when it is `serial`; in each batch facts, then the sections, each with
 * its handlers at the end. A batch in which every host failed ends the play.
 */
export async function runPlay(run: Run, play: LoadedPlay, hosts: readonly HostState[]): Promise<void> {
  for (const host of hosts) {
    host.ended = false
    host.notified.clear()
  }
  for (const batch of batchesOf(hosts, play.serial)) {
    await runBatch(run, play, hosts, batch)
    if (batch.every((host) => host.failed || host.unreachable)) return
  }
}

/** Splits hosts as `serial` says: numbers or shares (`30%`); the last one repeats. */
export function batchesOf(
  hosts: readonly HostState[],
  serial: readonly (number | string)[],
): readonly (readonly HostState[])[] {
  const batches: HostState[][] = []
  for (let start = 0; start < hosts.length; ) {
    const size = serial[Math.min(batches.length, serial.length - 1)]
    const share =
      typeof size === 'string' && size.endsWith('%')
        ? (Number.parseFloat(size) / 100) * hosts.length
        : Number(size)
    const count = size === undefined || share === 0 ? hosts.length : Math.max(1, Math.floor(share))
    batches.push(hosts.slice(start, start + count))
    start += count
  }
  return batches
}

async function runBatch(
  run: Run,
  play: LoadedPlay,
  all: readonly HostState[],
  batch: readonly HostState[],
): Promise<void> {
  const varsFiles = new Map<string, readonly Variables[]>()
  const names = (hosts: readonly HostState[]) => hosts.map((host) => host.name)
  const facts: PlayFacts = {
    play,
    varsFiles,
    hosts: () => names(all.filter(isActive)),
    allHosts: names(all),
    batch: names(batch),
  }
  const section: Section = {
    run,
    play: facts,
    handlers: indexHandlers(play.handlers),
    rescuable: false,
    inHandlers: false,
  }
  const waiting = await loadVariables(section, batch, varsFiles)
  await gatherFacts(section, batch, waiting.length > 0)
  await loadVariables(section, waiting, varsFiles)
  for (const items of play.sections) {
    await runItems(items, batch, section)
    await flushHandlers(batch, section)
  }
}

// Gives the hosts whose files of variables depend on facts.
async function loadVariables(
  section: Section,
  hosts: readonly HostState[],
  varsFiles: Map<string, readonly Variables[]>,
): Promise<readonly HostState[]> {
  const waiting: HostState[] = []
  for (const host of hosts.filter(isActive)) {
    try {
      const loaded = await loadVarsFiles(section.run, section.play, host)
      if (loaded === undefined) waiting.push(host)
      else varsFiles.set(host.name, loaded)
    } catch (error) {
      fail(section, host, error)
    }
  }
  return waiting
}

function fail({ run, play }: Section, host: HostState, error: unknown): void {
  const { at } = play.play
  const task = { name: 'vars_files', action: 'vars_files', at } as unknown as LoadedTask
  const result = { ...failure(error, 0), ignored: false, ignoredUnreachable: false, loop: false }
  const label = { name: 'Load vars_files', module: 'vars_files', at, handler: false, no_log: false }
  run.emit({ kind: 'task', task: label })
  record(run, task, host, result, { rescuable: false })
  run.emit({ kind: 'result', task: label, host: host.name, loop: false, result })
}

/**
 * Gathers facts where the play wants them. As in Ansible, the gathering has the play's tags, or `always` when it has
 * none. One thing is added: when `vars_files` cannot be found without facts, they are gathered whatever the tags.
 */
async function gatherFacts(section: Section, hosts: readonly HostState[], needed: boolean): Promise<void> {
  const { play } = section.play
  const active = hosts.filter(isActive)
  if (!play.gather_facts || active.length === 0) return
  const tags = play.tags.length === 0 ? ['always'] : play.tags
  if (!needed && !isSelected(tags, section.run.tags)) return
  await runOnHosts(await factsTask(play), active, {
    ...section,
    run: { ...section.run, tags: { only: [], skip: [] } },
  })
}

async function factsTask(play: LoadedPlay): Promise<LoadedTask> {
  const module = await loadModule('setup')
  if (module === undefined) throw new Error('the setup module is missing')
  const { name: _name, ...inherited } = play
  return {
    ...inherited,
    kind: 'task',
    name: 'Gathering Facts',
    action: 'setup',
    module,
    args: play.gather_subset === undefined ? {} : { gather_subset: play.gather_subset },
    at: play.at satisfies Location,
    tags: [],
    when: [],
    environment: [],
    vars: [],
    notify: [],
    listen: [],
    loop_control: {},
    context: { role: undefined, playbookDir: play.playbookDir, taskDir: play.playbookDir },
  }
}
