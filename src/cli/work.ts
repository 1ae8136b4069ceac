import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { PlaybookError, type PlayscriptError } from '../core/errors.ts'
import type { Emit } from '../core/events.ts'
import type { Variables } from '../core/scope.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import type { Begun } from '../engine/dial-ahead.ts'
import type { Inventory, VariableFolder } from '../inventory/model.ts'
import { loadPlaybook, rolesPathOf } from '../playbook/load-playbook.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import type { Source } from '../playbook/source.ts'
import type { Vault } from '../vars/vault/vault.ts'
import { gatheringOf, playDefaults } from './config/run-settings.ts'
import type { Settings } from './config/settings.ts'
import { batches, forksOf, shardOf, tagsOf } from './flag-values.ts'
import { inventoryExpressions } from './inventory-expressions.ts'
import type { Io } from './io.ts'
import type { Options } from './options.ts'
import { decryptOf } from './vault/open-vault.ts'

/** A run as it was asked for: by the command line, and where that is silent by the settings. */
export interface Work {
  /** The first playbook, whose surroundings are those of the run. */
  readonly source: Source
  readonly sources: readonly Source[]
  readonly options: Options
  readonly settings: Settings
  readonly configFile: string | undefined
  readonly vault: Vault
  readonly extraVars: Variables
  readonly io: Io
  readonly results: boolean
  readonly listener: Emit | undefined
}

/** A playbook, loaded. */
export interface Loaded {
  readonly source: Source
  readonly plays: readonly LoadedPlay[]
  /** Errors that only fail a task if a host reaches it. */
  readonly doubts: readonly PlayscriptError[]
}

/** Loads a playbook: its plays with everything they name. @throws {PlaybookError} with all that is wrong */
export async function load(
  source: Source,
  { options, settings, vault, extraVars, io }: Work,
): Promise<Loaded> {
  const rolesPath = rolesPathOf(source.dir, settings.roles_path)
  const wanted =
    options.role === undefined
      ? source
      : (await import('./role.ts')).keepRole(source, options.role, { ...options, rolesPath })
  const { plays, problems } = await loadPlaybook(wanted, {
    namesOnly: onlyLists(options),
    rolesPath,
    decrypted: vault.file,
    libraryPath: settings.library,
    duplicateKeys: settings.duplicate_dict_key,
    warn: warnOnce(io),
    extraVars: () => extraVars,
    strict: options.strict === true,
    inventoryDir: inventoryDirOf(inventorySources({ source, options, settings }), io.cwd),
    playDefaults: {
      ...playDefaults(settings),
      ...(options['force-handlers'] ? { force_handlers: true } : {}),
    },
  })
  if (problems.list.length > 0) throw new PlaybookError([...problems.list, ...problems.doubts])
  return { source, plays, doubts: problems.doubts }
}

// A role that is used twice is read twice.
function warnOnce({ err }: Io): (message: string) => void {
  const told = new Set<string>()
  return (message) => {
    if (!told.has(message)) err(`[WARNING]: ${message}\n`)
    told.add(message)
  }
}

/** Whether the command line asks what there is, and for no run. */
export function onlyLists(options: Options): boolean {
  return Boolean(options['list-tasks'] || options['list-tags'] || options['list-hosts'])
}

type Sources = Pick<Work, 'source' | 'options' | 'settings'>

function inventorySources({ source, options, settings }: Sources): readonly string[] {
  const beside = join(source.dir, 'inventory')
  return options.inventory ?? settings.inventory ?? (existsSync(beside) ? [beside] : [])
}

// A list of hosts ('a,b') has no directory.
function inventoryDirOf([first]: readonly string[], cwd: string): string | undefined {
  if (first === undefined || first.includes(',')) return undefined
  const path = resolve(cwd, first)
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path)
}

/** The inventory of `-i`, or of the settings, or the `inventory/` folder beside the playbook, or this machine alone. */
export async function readInventory({
  source,
  options,
  settings,
  vault,
  extraVars,
  io,
}: Work): Promise<Inventory> {
  const { loadInventory } = await import('../inventory/load.ts')
  return loadInventory(inventorySources({ source, options, settings }), {
    cwd: io.cwd,
    decrypt: decryptOf(vault),
    duplicateKeys: settings.duplicate_dict_key,
    expressions: inventoryExpressions,
    extraVars,
    signal: io.signal,
  })
}

/** What was begun with before the plays were loaded. What goes wrong is told by whoever waits for it. */
export interface Beginnings {
  readonly inventory: Promise<Inventory>
  /** The `group_vars/` and `host_vars/` beside the first playbook. */
  readonly folder: Promise<VariableFolder>
  /** Undefined where a password has to be asked for: not before it is known that the playbook is right. */
  readonly begun: Promise<Begun> | undefined
}

/**
 * Begins with what a run needs beside its plays, while the loader waits for their files: the inventory, the connections
 * to the hosts of the first play, then the engine.
 */
export function begin(work: Work): Beginnings {
  const { source, options, settings } = work
  const asks = [
    options['ask-pass'] ?? settings.ask_pass,
    options['ask-become-pass'] ?? settings.become_ask_pass,
  ]
  const beginnings: Beginnings = {
    inventory: readInventory(work),
    folder: readFolder(source, work),
    begun: asks.includes(true) ? undefined : makeConnections(work),
  }
  for (const one of Object.values(beginnings)) one?.catch(() => {})
  dial(work, beginnings)
    .catch(() => {})
    .then(() => import('../engine/run.ts'))
    .catch(() => {})
  return beginnings
}

async function makeConnections({ options, settings, vault, io }: Work): Promise<Begun> {
  const [{ createConnections }, { createAhead }, { connectionDefaults }] = await Promise.all([
    import('../engine/connections.ts'),
    import('../engine/ahead.ts'),
    import('./connection-defaults.ts'),
  ])
  const defaults = await connectionDefaults(options, settings, io)
  return { connections: createConnections(defaults, vault.secrets), ahead: createAhead(batches(options)) }
}

/** The first play as it is written, over the keywords that settings give all plays. */
export function firstPlay({ source, settings }: Pick<Work, 'source' | 'settings'>): Variables | undefined {
  const [first]: readonly unknown[] = Array.isArray(source.value) ? source.value : []
  return isDictionary(first) ? { ...playDefaults(settings), ...first } : undefined
}

async function dial(work: Work, beginnings: Beginnings): Promise<void> {
  const { options, settings, extraVars } = work
  const play = firstPlay(work)
  if (play === undefined) return
  // The library that most connections need takes its time to load.
  if (
    play.connection !== 'local' &&
    /^(ssh|smart|paramiko)$/.test(options.connection ?? settings.transport ?? 'ssh')
  )
    import('../connection/ssh.ts').catch(() => {})
  const begun = await beginnings.begun
  if (begun === undefined) return
  const { dialAhead } = await import('../engine/dial-ahead.ts')
  dialAhead(begun, play, {
    inventory: await beginnings.inventory,
    folder: await beginnings.folder,
    extraVars,
    limit: options.limit,
    shard: shardOf(options),
    tags: tagsOf({ options, settings }),
    forks: forksOf({ options, settings }),
    gathering: gatheringOf(settings),
  })
}

/** The `group_vars/` and `host_vars/` beside a playbook. */
export async function readFolder({ dir }: Source, { vault, settings }: Work): Promise<VariableFolder> {
  const { loadGroupVars } = await import('../inventory/variable-folder.ts')
  return loadGroupVars(dir, { decrypt: decryptOf(vault), duplicateKeys: settings.duplicate_dict_key })
}
