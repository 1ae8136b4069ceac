import { setMaxListeners } from 'node:events'
import { EXIT } from '../core/errors.ts'
import type { Emit, TaskLabel } from '../core/events.ts'
import type { HostSummary } from '../core/result.ts'
import type { Variables } from '../core/scope.ts'
import { Secrets } from '../core/secrets.ts'
import type { DuplicateKeys } from '../core/yaml/duplicates.ts'
import type { Inventory, VariableFolder } from '../inventory/model.ts'
import type { Shard } from '../inventory/shard.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import type { TagSelection } from '../playbook/tags.ts'
import { vaultFilters, vaultTests } from '../vars/vault/filters.ts'
import { createVault, type Vault } from '../vars/vault/vault.ts'
import { createAhead } from './ahead.ts'
import type { ConnectionDefaults } from './connection-settings.ts'
import { createConnections } from './connections.ts'
import type { Gathering, Prompt, Run } from './context.ts'
import type { Begun } from './dial-ahead.ts'
import { type FactCache, NO_CACHE } from './fact-cache.ts'
import { addFacts, type HostState, newHost } from './host.ts'
import { liveInventory } from './live-inventory.ts'
import { eventMask } from './mask-event.ts'
import { createRenderer } from './renderer.ts'
import { runPlay } from './run-play.ts'
import { type Mismatch, selectPlayHosts } from './select-hosts.ts'
import { askVariables, settle } from './start-play.ts'
import { createStats } from './stats.ts'
import { createVariableStore } from './variables.ts'

/** What to run, where and how. Nothing here is read from the process: whoever starts a run says it all. */
export interface RunOptions {
  readonly plays: readonly LoadedPlay[]
  readonly playbookDir: string
  readonly inventory: Inventory
  /** Reads the inventory's sources again, for `meta: refresh_inventory`. */
  readonly reloadInventory?: (() => Promise<Inventory>) | undefined
  readonly playbookFolder?: VariableFolder | undefined
  readonly limit?: string | undefined
  readonly shard?: Shard | undefined
  readonly tags: TagSelection
  readonly extraVars: Variables
  readonly check: boolean
  readonly diff: boolean
  readonly forks: number
  readonly verbosity: number
  readonly connection: ConnectionDefaults
  /** What was begun with the same settings while the plays were loaded. The run closes the connections. */
  readonly begun?: Begun | undefined
  /** Facts of earlier runs, and where those of this one go; without it they end with the run. */
  readonly factCache?: FactCache | undefined
  readonly gathering?: Gathering | undefined
  /** Whether facts are variables of their own, beside `ansible_facts`; they are unless told otherwise. */
  readonly injectFacts?: boolean | undefined
  /** What a dictionary does to one of the same name that is weaker; unless told otherwise it replaces it. */
  readonly dictionaries?: 'replace' | 'merge' | undefined
  /** What a word of a host pattern is that matches nothing: a warning, unless told otherwise. */
  readonly hostPatternMismatch?: Mismatch | undefined
  /** What the name of a handler is that no handler has; an error, which ends the run, unless told otherwise. */
  readonly missingHandler?: 'error' | 'warning' | undefined
  /** The file of settings, for the variable `ansible_config_file`. */
  readonly configFile?: string | undefined
  /** The text of `ansible_managed`, where it is not the usual one. */
  readonly ansibleManaged?: string | undefined
  readonly nativeWords?: boolean | undefined
  /** What keys are that stand twice in one mapping of a file; a warning, unless told otherwise. */
  readonly duplicateKeys?: DuplicateKeys | undefined
  /** Opens what is encrypted; its secrets are those of the run. */
  readonly vault?: Vault | undefined
  /** Whether tasks that only ask share round trips; they do unless told otherwise. */
  readonly batch?: boolean | undefined
  readonly emit: Emit
  /** Asked before each task whether it runs; without it all do. */
  readonly gate?: ((task: TaskLabel) => Promise<boolean>) | undefined
  /** Asks the user; without it `vars_prompt` takes its defaults. */
  readonly prompt?: Prompt | undefined
  readonly signal: AbortSignal
  /** Aborted when the program ends at once: printers get their last event now. */
  readonly stop?: AbortSignal | undefined
}

export interface RunSummary {
  readonly hosts: ReadonlyMap<string, HostSummary>
  /** As `ansible-playbook` exits: 0, 2 when hosts failed, 4 when some were unreachable. */
  readonly exitCode: number
}

/**
 * Runs plays on the hosts of an inventory, one after another, and tells what happens through `emit`.
 * @throws the signal's reason when the run is interrupted
 */
export async function runPlays(options: RunOptions): Promise<RunSummary> {
  // Every request that is underway listens for the interruption: there are as many as hosts.
  setMaxListeners(0, options.signal)
  const vault = options.vault ?? createVault({ secrets: new Secrets() })
  const { secrets } = vault
  const mask = eventMask(secrets)
  const emit: Emit = (event) => options.emit(mask(event))
  const { factCache = NO_CACHE, gathering = {} } = options
  const hosts = new Map<string, HostState>()
  const host = (name: string) => {
    const known = hosts.get(name)
    if (known !== undefined) return known
    const fresh = newHost(name)
    addFacts(fresh, factCache.read(name) ?? {})
    hosts.set(name, fresh)
    return fresh
  }
  const warn = (message: string) => emit({ kind: 'warning', message })
  const { playbookDir } = options
  const { createTemplar } = await import('../template/index.ts')
  const templar = {
    searchPath: [playbookDir],
    baseDirectory: playbookDir,
    decrypted: vault.file,
    filters: vaultFilters(vault),
    tests: vaultTests(vault),
  }
  const renderer = createRenderer(createTemplar({ ...templar, warn }), vault)
  const tentative = createRenderer(createTemplar({ ...templar, outside: false, suggest: false }), vault)
  const inventory = liveInventory(options.inventory, options.reloadInventory)
  const stats = createStats()
  const facts = {
    ...options,
    inventory,
    tags: options.tags.only,
    skipTags: options.tags.skip,
    limit: options.limit,
    playbookFolder: options.playbookFolder,
    onRead: (name: string, value: unknown) => secrets.addPassword(name, value),
  }
  const connections = options.begun?.connections ?? createConnections(options.connection, secrets)
  connections.warnTo(warn)
  secrets.warnTo(warn)
  const run: Run = {
    ...options,
    emit,
    inventory,
    stats,
    secrets,
    renderer,
    host,
    connections,
    ahead: options.begun?.ahead ?? createAhead(options.batch ?? true),
    tentative: {
      renderer: tentative,
      variables: createVariableStore(facts, tentative, host),
      secrets: new Secrets(),
    },
    factCache,
    gathering,
    variables: createVariableStore(facts, renderer, host),
    summaries: new Map(),
    gate: options.gate ?? (async () => true),
    prompt: options.prompt ?? (async () => ''),
  }
  let ended = false
  const recap = (broken: boolean) => {
    if (ended) return
    ended = true
    emit({ kind: 'recap', hosts: run.summaries, stats: stats.shown(), broken })
  }
  const stopNow = () => recap(false)
  options.stop?.addEventListener('abort', stopNow)
  let broken = false
  try {
    for (const written of options.plays) {
      const varsPrompt = await askVariables(run, written)
      const play = settle(run, written, varsPrompt)
      const names = selectPlayHosts(inventory.current, play, options, warn)
      emit({ kind: 'play', name: play.name, hosts: names, check: options.check })
      const taking = names.map(host).filter((one) => !one.failed && !one.unreachable)
      if (names.length === 0) emit({ kind: 'no-hosts' })
      // Hosts that were lost before still belong to the play: they do not make it a lost one.
      else if (
        (await runPlay(run, play, { hosts: taking, allHosts: names, varsPrompt })) &&
        taking.length === names.length
      )
        break
    }
  } catch (error) {
    broken = !options.signal.aborted
    throw error
  } finally {
    recap(broken)
    options.stop?.removeEventListener('abort', stopNow)
    await connections.close()
  }
  return { hosts: run.summaries, exitCode: exitCodeOf([...hosts.values()]) }
}

// By what the hosts are at the end: `meta: clear_host_errors` may have taken a failure back that the recap counts.
function exitCodeOf(hosts: readonly HostState[]): number {
  if (hosts.some((host) => host.unreachable)) return EXIT.unreachableHosts
  return hosts.some((host) => host.failed) ? EXIT.failedHosts : EXIT.ok
}
