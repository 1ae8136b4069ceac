import { existsSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { EXIT, PlaybookError, PlayscriptError, UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import { parseShard, type Shard } from '../inventory/shard.ts'
import { words } from '../playbook/inherit.ts'
import { loadPlaybook, rolesPathOf } from '../playbook/load-play.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import type { Source } from '../playbook/source.ts'
import { SPECIAL_TAGS, tagsOf } from '../playbook/tags.ts'
import type { Vault } from '../vars/vault/vault.ts'
import { surroundingsOf } from './config/expand.ts'
import { loadSettings } from './config/load.ts'
import { withLog } from './config/log-file.ts'
import { playDefaults, runSettings, unfollowed } from './config/run-settings.ts'
import type { Settings } from './config/settings.ts'
import type { Io } from './io.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { createPrinter } from './printer.ts'
import { maskErrors } from './vault/mask-errors.ts'
import { decryptOf, openVault } from './vault/open-vault.ts'

/**
 * `tsx playbook.ts`, and `ansible-playbook`: reads the command line, loads and checks everything, then runs it.
 * @param options.results print the results alone, as for a single module
 * @returns the exit code
 * @throws {UsageError} {PlaybookError} {InventoryError} before any host is reached
 */
export async function runPlaybook(
  source: Source,
  argv: readonly string[],
  io: Io,
  { results = false }: { readonly results?: boolean } = {},
): Promise<number> {
  const { options, words: rest } = parseOptions(argv)
  const command = `tsx ${basename(source.file)}`
  if (options.help) return say(io, usage(command))
  if (options.version) return say(io, `${(await import('../engine/variables.ts')).version()}\n`)
  if (rest.length > 0)
    throw new UsageError(`'${rest.join(' ')}' is no option`, { hint: `See ${command} --help.` })
  const { settings, file, warnings } = await loadSettings(surroundingsOf(io))
  const vault = await openVault(options, io, { settings })
  const logged = withLog(io, settings.log_path, { mask: (text) => vault.secrets.maskText(text) })
  try {
    for (const warning of [...warnings, ...unfollowed(settings)]) logged.io.err(`[WARNING]: ${warning}\n`)
    const work = { source, options, settings, configFile: file, vault, io: logged.io, results }
    return await maskErrors(vault.secrets, () => loadAndRun(work))
  } catch (error) {
    if (error instanceof PlayscriptError) logged.log(`ERROR! ${error.describe(io.cwd)}\n`)
    throw error
  } finally {
    logged.close()
  }
}

/** A run as it was asked for: by the command line, and where that is silent by the settings. */
interface Work {
  readonly source: Source
  readonly options: Options
  readonly settings: Settings
  readonly configFile: string | undefined
  readonly vault: Vault
  readonly io: Io
  readonly results: boolean
}

async function loadAndRun(work: Work): Promise<number> {
  const { source, options, settings, vault, io } = work
  const rolesPath = rolesPathOf(source.dir, settings.roles_path)
  const wanted =
    options.role === undefined
      ? source
      : (await import('./role.ts')).keepRole(source, options.role, { ...options, rolesPath })
  const lists = options['list-tasks'] || options['list-tags'] || options['list-hosts']
  const inventory = lists || options['syntax-check'] ? undefined : begin(work)
  const { plays, problems } = await loadPlaybook(wanted, {
    namesOnly: lists,
    rolesPath,
    decrypted: vault.file,
    libraryPath: settings.library,
    playDefaults: playDefaults(settings),
  })
  if (problems.list.length > 0) throw new PlaybookError(problems.list)
  shardOf(options)
  checkTags(plays, [...(options.tags ?? []), ...(options['skip-tags'] ?? [])].flatMap(words))
  const tags = {
    only: (options.tags ?? settings.tags_run ?? []).flatMap(words),
    skip: (options['skip-tags'] ?? settings.tags_skip ?? []).flatMap(words),
  }
  if (lists) return list(work, plays, tags)
  const { validatePlaybook } = await import('../playbook/validate.ts')
  const { createTemplar } = await import('../template/index.ts')
  const { vaultFilters } = await import('../vars/vault/filters.ts')
  const found = validatePlaybook(
    plays,
    createTemplar({ searchPath: [source.dir], decrypted: vault.file, filters: vaultFilters(vault) }),
  )
  if (found.length > 0) throw new PlaybookError(found)
  if (options['syntax-check']) return say(io, `\nplaybook: ${relative(io.cwd, source.file)}\n`)
  return run(work, plays, tags, inventory ?? readInventory(work))
}

/** Begins with what a run needs beside its plays, while the loader waits for their files. What goes wrong is told later. */
function begin(work: Work): ReturnType<typeof readInventory> {
  const inventory = readInventory(work)
  inventory.catch(() => {})
  import('../engine/run.ts').catch(() => {})
  const { source, options, settings } = work
  const plays: readonly unknown[] = Array.isArray(source.value) ? source.value : []
  const isLocal = plays.every((play) => (play as { connection?: unknown } | null)?.connection === 'local')
  const kind = options.connection ?? settings.transport ?? 'ssh'
  if (!isLocal && /^(ssh|smart|paramiko)$/.test(kind)) import('../connection/ssh.ts').catch(() => {})
  return inventory
}

function say(io: Io, text: string): number {
  io.out(text)
  return EXIT.ok
}

function checkTags(plays: readonly LoadedPlay[], given: readonly string[]): void {
  const known = new Set([...plays.flatMap(tagsOf), ...SPECIAL_TAGS])
  for (const tag of given) {
    if (!known.has(tag)) {
      throw new UsageError(`no task has the tag '${tag}'${didYouMean(tag, known)}`, {
        hint: `Tags here: ${[...known].join(', ')}.`,
      })
    }
  }
}

type Tags = { readonly only: readonly string[]; readonly skip: readonly string[] }

async function list(work: Work, plays: readonly LoadedPlay[], tags: Tags): Promise<number> {
  const { source, options, io } = work
  const { listPlaybook } = await import('./lists.ts')
  const hosts = options['list-hosts']
    ? { inventory: await readInventory(work), limit: options.limit, shard: shardOf(options) }
    : undefined
  const shown = { file: relative(io.cwd, source.file), plays, tags, hosts }
  return say(
    io,
    listPlaybook({ ...shown, tasks: options['list-tasks'] === true, allTags: options['list-tags'] === true }),
  )
}

/** The inventory of `-i`, or of the settings, or the `inventory/` folder beside the playbook, or this machine alone. */
async function readInventory({ source, options, settings, vault, io }: Work) {
  const { loadInventory } = await import('../inventory/load.ts')
  const beside = join(source.dir, 'inventory')
  const sources = options.inventory ?? settings.inventory ?? (existsSync(beside) ? [beside] : [])
  return loadInventory(sources, { cwd: io.cwd, decrypt: decryptOf(vault) })
}

async function run(
  work: Work,
  plays: readonly LoadedPlay[],
  tags: Tags,
  begun: ReturnType<typeof readInventory>,
): Promise<number> {
  const { source, options, settings, vault, io } = work
  const [
    inventory,
    { loadGroupVars },
    { runPlays },
    { parseExtraVars },
    { checkLimit },
    { connectionDefaults },
  ] = await Promise.all([
    begun,
    import('../inventory/variable-folder.ts'),
    import('../engine/run.ts'),
    import('./extra-vars.ts'),
    import('../engine/select-hosts.ts'),
    import('./connection-defaults.ts'),
  ])
  const warn = (message: string) => io.err(`[WARNING]: ${message}\n`)
  inventory.warnings.forEach(warn)
  if (options.limit !== undefined) checkLimit(inventory, options.limit)
  const fromSettings = runSettings(settings, warn)
  if (options['flush-cache']) for (const host of inventory.hosts.keys()) fromSettings.factCache?.remove(host)
  const { exitCode } = await runPlays({
    ...fromSettings,
    configFile: work.configFile,
    plays: options['force-handlers'] ? plays.map((play) => ({ ...play, force_handlers: true })) : plays,
    playbookDir: source.dir,
    inventory,
    playbookFolder: await loadGroupVars(source.dir, { decrypt: decryptOf(vault) }),
    limit: options.limit,
    shard: shardOf(options),
    tags,
    extraVars: parseExtraVars(options['extra-vars'] ?? [], vault.file),
    check: options.check === true,
    diff: options.diff === true || settings.diff_always,
    forks: wholeNumber('forks', options.forks) ?? settings.forks,
    verbosity: verbosityOf(work),
    vault,
    connection: await connectionDefaults(options, settings, io),
    emit: await createPrinter({ ...work, plays, verbosity: verbosityOf(work) }),
    // Between two questions to the user anything may happen on a host.
    batch: options['no-batch'] !== true && options.step !== true,
    gate: (await import('./gate.ts')).createGate(
      { startAt: options['start-at-task'], step: options.step },
      plays,
      io,
    ),
    prompt: async (question, asked) =>
      (await import('./ask.ts')).ask(question, io, { shown: !asked.private }),
    signal: io.signal,
  })
  return exitCode
}

function shardOf({ shard }: Options): Shard | undefined {
  return shard === undefined ? undefined : parseShard(shard)
}

/** A flag's value as a whole number above zero. */
export function wholeNumber(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number > 0) return number
  throw new UsageError(`--${flag} is '${value}'; it must be a whole number above 0`)
}

// As in Ansible every `-v` adds to what the settings say.
function verbosityOf({ options, settings }: Work): number {
  return settings.verbosity + (options.verbose?.length ?? 0)
}
