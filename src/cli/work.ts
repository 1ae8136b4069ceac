import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PlaybookError } from '../core/errors.ts'
import { loadPlaybook, rolesPathOf } from '../playbook/load-play.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import type { Source } from '../playbook/source.ts'
import type { Vault } from '../vars/vault/vault.ts'
import { playDefaults } from './config/run-settings.ts'
import type { Settings } from './config/settings.ts'
import { parseExtraVars } from './extra-vars.ts'
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
  readonly io: Io
  readonly results: boolean
}

/** A playbook, loaded. */
export interface Loaded {
  readonly source: Source
  readonly plays: readonly LoadedPlay[]
}

/** Loads a playbook: its plays with everything they name. @throws {PlaybookError} with all that is wrong */
export async function load(source: Source, { options, settings, vault }: Work): Promise<Loaded> {
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
    extraVars: parseExtraVars(options['extra-vars'] ?? [], vault.file),
    playDefaults: {
      ...playDefaults(settings),
      ...(options['force-handlers'] ? { force_handlers: true } : {}),
    },
  })
  if (problems.list.length > 0) throw new PlaybookError(problems.list)
  return { source, plays }
}

/** Whether the command line asks what there is, and for no run. */
export function onlyLists(options: Options): boolean {
  return Boolean(options['list-tasks'] || options['list-tags'] || options['list-hosts'])
}

/** The inventory of `-i`, or of the settings, or the `inventory/` folder beside the playbook, or this machine alone. */
export async function readInventory({ source, options, settings, vault, io }: Work) {
  const { loadInventory } = await import('../inventory/load.ts')
  const beside = join(source.dir, 'inventory')
  const sources = options.inventory ?? settings.inventory ?? (existsSync(beside) ? [beside] : [])
  return loadInventory(sources, { cwd: io.cwd, decrypt: decryptOf(vault) })
}

/** Begins with what a run needs beside its plays, while the loader waits for their files. What goes wrong is told later. */
export function begin(work: Work): ReturnType<typeof readInventory> {
  const inventory = readInventory(work)
  inventory.catch(() => {})
  import('../engine/run.ts').catch(() => {})
  const { sources, options, settings } = work
  const plays: readonly unknown[] = sources.flatMap(({ value }) => (Array.isArray(value) ? value : []))
  const isLocal = plays.every((play) => (play as { connection?: unknown } | null)?.connection === 'local')
  const kind = options.connection ?? settings.transport ?? 'ssh'
  if (!isLocal && /^(ssh|smart|paramiko)$/.test(kind)) import('../connection/ssh.ts').catch(() => {})
  return inventory
}
