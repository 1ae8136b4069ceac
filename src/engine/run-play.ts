import pLimit from 'p-limit'
import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import { loadModule } from '../modules/index.ts'
import { NOTHING_PASSED } from '../playbook/inherit.ts'
import { INHERITED } from '../playbook/keywords.ts'
import type { LoadedPlay, LoadedTask, Strategy } from '../playbook/model.ts'
import { factTags, isSelected, selectsAny } from '../playbook/tags.ts'
import { failure } from './attempt.ts'
import type { Run } from './context.ts'
import { factsArguments } from './facts-arguments.ts'
import { createHandlerBook } from './handler-book.ts'
import { flushHandlers } from './handlers.ts'
import { type HostState, isActive } from './host.ts'
import { runItems } from './linear.ts'
import { learnFacts, record } from './record.ts'
import { runOnHosts } from './run-on-hosts.ts'
import type { Section } from './section.ts'
import type { PlayFacts } from './variable-facts.ts'
import { loadVarsFiles } from './vars-files.ts'

/**
 * Runs one play on its hosts: batch by batch when it is `serial`; in each batch facts, then the sections, each with
 * its handlers at the end. A batch in which every host failed ends the play.
 * @returns whether a batch ended so: then no further play runs
 */
export async function runPlay(
  run: Run,
  play: LoadedPlay,
  { hosts, allHosts, varsPrompt }: Omit<BatchFacts, 'play' | 'batch'>,
): Promise<boolean> {
  for (const host of hosts) {
    host.ended = false
    host.endedRole = undefined
    host.roles.clear()
    host.notified.clear()
  }
  for (const batch of batchesOf(hosts, play.serial)) {
    const facts = playFacts({ play, hosts, allHosts, batch, varsPrompt })
    await runBatch(run, facts, batch)
    run.ahead.discard()
    if (facts.ended) return false
    if (batch.every((host) => host.failed || host.unreachable)) return true
  }
  return false
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

interface BatchFacts {
  readonly play: LoadedPlay
  readonly hosts: readonly HostState[]
  /** The names of all hosts that the play is for, also of those that failed in an earlier one. */
  readonly allHosts: readonly string[]
  readonly batch: readonly HostState[]
  /** The answers to `vars_prompt`. */
  readonly varsPrompt: Variables
}

function playFacts({ play, hosts, allHosts, batch, varsPrompt }: BatchFacts): PlayFacts {
  const names = (list: readonly HostState[]) => list.map((host) => host.name)
  return {
    play,
    varsFiles: new Map(),
    varsPrompt,
    roles: [...play.roles],
    ended: false,
    hosts: () => names(hosts.filter(staysActive)),
    allHosts,
    batch: () => names(batch.filter(staysActive)),
    wholeBatch: names(batch),
  }
}

function staysActive(host: HostState): boolean {
  return isActive(host) && !host.leaving
}

async function runBatch(run: Run, play: PlayFacts, batch: readonly HostState[]): Promise<void> {
  // Files of variables may need facts, and facts a connection: not for a play of which nothing runs.
  if (!selectsAny(play.play, run.tags)) return
  const [first] = batch
  const handlers = createHandlerBook(play.play.handlers, (name, task) => {
    if (first === undefined || !name.includes('{{')) return name
    const scope = run.variables.scope(first, task.kind === 'meta' ? { play } : { play, task })
    try {
      return String(run.renderer.value(name, scope, task.at))
    } catch {
      return undefined
    }
  })
  const section: Section = { run, play, handlers, rescuable: false, inHandlers: false }
  const waiting = await loadVariables(section, batch, { factsMayCome: play.play.gather_facts })
  await gatherFacts(section, batch, waiting.length > 0)
  await loadVariables(section, waiting, { factsMayCome: false })
  const through = STRATEGIES[play.play.strategy]
  for (const items of play.play.sections) {
    await through(batch, run.forks, async (hosts) => {
      await runItems(items, hosts, section)
      await flushHandlers(hosts, section, runItems)
    })
  }
}

type Through = (
  hosts: readonly HostState[],
  forks: number,
  work: (hosts: readonly HostState[]) => Promise<void>,
) => Promise<void>

/** How hosts go through a section: all together task by task; or each at its own pace, all at once or `forks` of them. */
const STRATEGIES: Readonly<Record<Strategy, Through>> = {
  linear: (hosts, _forks, work) => work(hosts),
  free: async (hosts, _forks, work) => {
    await Promise.all(hosts.map((host) => work([host])))
  },
  host_pinned: async (hosts, forks, work) => {
    const limit = pLimit(forks)
    await Promise.all(hosts.map((host) => limit(() => work([host]))))
  },
}

// Gives the hosts whose files of variables depend on facts.
async function loadVariables(
  section: Section,
  hosts: readonly HostState[],
  options: { readonly factsMayCome: boolean },
): Promise<readonly HostState[]> {
  const waiting: HostState[] = []
  for (const host of hosts.filter(isActive)) {
    try {
      const loaded = await loadVarsFiles(section.run, section.play, host, options)
      if (loaded === undefined) waiting.push(host)
      else section.play.varsFiles.set(host.name, loaded)
    } catch (error) {
      fail(section, host, error)
    }
  }
  return waiting
}

function fail({ run, play }: Section, host: HostState, error: unknown): void {
  const { at } = play.play
  const context = { role: undefined }
  const task = { name: 'vars_files', action: 'vars_files', at, context } as unknown as LoadedTask
  const result = { ...failure(error, 0), ignored: false, ignoredUnreachable: false, loop: false }
  const label = { name: 'Load vars_files', module: 'vars_files', at, handler: false, no_log: false }
  run.emit({ kind: 'task', task: label })
  record(run, task, host, result, { rescuable: false })
  run.emit({ kind: 'result', task: label, host: host.name, loop: false, result })
}

/**
 * Gathers facts where the play wants them and its tags are asked for. One thing is added to what Ansible does: when
 * `vars_files` cannot be found without facts, they are gathered whatever the tags.
 */
async function gatherFacts(section: Section, hosts: readonly HostState[], needed: boolean): Promise<void> {
  const { play } = section.play
  const { run } = section
  const known = (host: HostState) => run.gathering.smart === true && host.facts[GATHERED] === true
  const active = hosts.filter((host) => isActive(host) && !known(host))
  if (!play.gather_facts || active.length === 0) return
  if (!needed && !isSelected(factTags(play), section.run.tags)) return
  await runOnHosts(await factsTask(play, run), active, {
    ...section,
    run: { ...run, tags: { only: [], skip: [] } },
  })
  for (const host of active.filter(isActive)) learnFacts(run, host, { [GATHERED]: true })
}

/** The fact by which Ansible, too, knows that a play gathered the others. */
const GATHERED = '_ansible_facts_gathered'

async function factsTask(play: LoadedPlay, { gathering }: Run): Promise<LoadedTask> {
  const module = await loadModule('setup')
  if (module === undefined) throw new Error('the setup module is missing')
  const inherited = Object.fromEntries(INHERITED.map((keyword) => [keyword, play[keyword]]))
  return {
    ...inherited,
    ...NOTHING_PASSED,
    module_defaults: play.module_defaults,
    kind: 'task',
    name: 'Gathering Facts',
    action: 'setup',
    module,
    args: factsArguments(play, gathering.args),
    at: play.at satisfies Location,
    listen: [],
    loop_control: {},
    context: { role: undefined, playbookDir: play.playbookDir, taskDir: play.playbookDir },
  }
}
