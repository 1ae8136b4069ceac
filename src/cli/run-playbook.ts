import { basename, relative } from 'node:path'
import { EXIT, PlaybookError, PlayscriptError, UsageError } from '../core/errors.ts'
import type { Emit } from '../core/events.ts'
import { isNative } from '../core/import-code.ts'
import type { Variables } from '../core/scope.ts'
import { words } from '../playbook/inherit.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import { hasTemplates } from '../playbook/play-keywords.ts'
import type { Source } from '../playbook/source.ts'
import { type TagSelection, tagsOf as tagsOfPlay } from '../playbook/tags.ts'
import { checkTags } from './check-tags.ts'
import { surroundingsOf } from './config/expand.ts'
import { loadSettings } from './config/load.ts'
import { withLog } from './config/log-file.ts'
import { runSettings, unfollowed } from './config/run-settings.ts'
import { errorText } from './error-text.ts'
import { parseExtraVars } from './extra-vars.ts'
import { batches, forksOf, shardOf, tagsOf, verbosityOf } from './flag-values.ts'
import type { Io } from './io.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { createPrinter } from './printer.ts'
import { maskErrors } from './vault/mask-errors.ts'
import { openVault } from './vault/open-vault.ts'
import {
  type Beginnings,
  begin,
  type Loaded,
  load,
  onlyLists,
  readFolder,
  readInventory,
  type Work,
} from './work.ts'

export interface RunPlaybookOptions {
  /** Print the results alone, as for a single module. */
  readonly results?: boolean
  /** Playbooks that run after the first, with what is known of the hosts by then. */
  readonly others?: readonly Source[]
  /** Who else is told all that happens. */
  readonly listener?: Emit
}

const WAYS = `Node 22.18 or later runs a playbook itself: node playbook.ts
Any Node from 20.12 on runs it with tsx: tsx playbook.ts
`

/**
 * `node playbook.ts`, which is `ansible-playbook`: reads the command line, loads and checks everything, then runs it.
 * @returns the exit code
 * @throws {UsageError} {PlaybookError} {InventoryError} before anything is done on a host
 */
export async function runPlaybook(
  source: Source,
  argv: readonly string[],
  io: Io,
  { results = false, others = [], listener }: RunPlaybookOptions = {},
): Promise<number> {
  const { options: asked, words: rest } = parseOptions(argv)
  const options = asked.limit?.includes('@') ? await withLimit(asked, asked.limit, io) : asked
  const command = commandOf(source.file)
  if (options.help) return say(io, `${usage(command)}\n${WAYS}`)
  if (options.version) return say(io, `${(await import('../engine/magic-variables.ts')).version()}\n`)
  if (rest.length > 0)
    throw new UsageError(`'${rest.join(' ')}' is no option`, { hint: `See ${command} --help.` })
  const { settings, file, warnings } = await loadSettings(surroundingsOf(io))
  const vault = await openVault(options, io, { settings })
  const logged = withLog(io, settings.log_path, { mask: (text) => vault.secrets.maskText(text) })
  try {
    for (const warning of [...warnings, ...unfollowed(settings)]) logged.io.err(`[WARNING]: ${warning}\n`)
    const sources = [source, ...others]
    const given = {
      source,
      sources,
      options,
      settings,
      configFile: file,
      vault,
      io: logged.io,
      results,
      listener,
    }
    return await maskErrors(vault.secrets, () =>
      loadAndRun({ ...given, extraVars: parseExtraVars(options['extra-vars'] ?? [], vault.file) }),
    )
  } catch (error) {
    if (error instanceof PlayscriptError) logged.log(errorText(error, io.cwd))
    throw error
  } finally {
    logged.close()
  }
}

async function loadAndRun(work: Work): Promise<number> {
  const { options } = work
  const beginnings = onlyLists(options) || options['syntax-check'] ? undefined : begin(work)
  try {
    return await checkAndRun(work, beginnings)
  } catch (error) {
    beginnings?.begun?.then(({ connections }) => connections.close()).catch(() => {})
    throw error
  }
}

async function checkAndRun(work: Work, beginnings: Beginnings | undefined): Promise<number> {
  const { source, sources, options, settings, vault, io } = work
  const playbooks = await Promise.all(sources.map((one) => load(one, work)))
  const plays = playbooks.flatMap((one) => one.plays)
  shardOf(options)
  const given = [...(options.tags ?? []), ...(options['skip-tags'] ?? [])].flatMap(words)
  for (const warning of checkTags(plays, given)) io.err(`[WARNING]: ${warning}\n`)
  const tags = tagsOf(work)
  if (onlyLists(options)) return list(work, playbooks, tags)
  const { validatePlaybook } = await import('../playbook/validate.ts')
  const { createTemplar } = await import('../template/index.ts')
  const { vaultFilters } = await import('../vars/vault/filters.ts')
  const found = validatePlaybook(
    plays,
    createTemplar({ searchPath: [source.dir], decrypted: vault.file, filters: vaultFilters(vault) }),
    { handlers: settings.error_on_missing_handler, strict: options.strict === true },
  )
  const doubts = [...playbooks.flatMap((one) => one.doubts), ...found.doubts]
  if (found.list.length > 0) throw new PlaybookError([...found.list, ...doubts])
  if (doubts.length > 0) io.err((await import('./doubts.ts')).doubtsText(doubts, io.cwd))
  if (beginnings === undefined)
    return say(io, sources.map(({ file }) => `\nplaybook: ${relative(io.cwd, file)}\n`).join(''))
  return run(work, playbooks, tags, beginnings)
}

// The command that runs the file with this Node, which may not need tsx.
function commandOf(file: string): string {
  if (!/\.[mc]?[jt]s$/.test(file)) return `playscript run ${basename(file)}`
  return `${isNative() ? 'node' : 'tsx'} ${basename(file)}`
}

async function withLimit(options: Options, limit: string, { cwd }: Io): Promise<Options> {
  const { readLimit } = await import('../inventory/limit-files.ts')
  return { ...options, limit: readLimit(limit, cwd) }
}

function say(io: Io, text: string): number {
  io.out(text)
  return EXIT.ok
}

async function list(work: Work, playbooks: readonly Loaded[], tags: TagSelection): Promise<number> {
  const { options, io } = work
  const { listPlaybook } = await import('./lists.ts')
  const hosts = options['list-hosts']
    ? { inventory: await readInventory(work), limit: options.limit, shard: shardOf(options) }
    : undefined
  const shown = {
    tags,
    hosts,
    tasks: options['list-tasks'] === true,
    allTags: options['list-tags'] === true,
  }
  const texts: string[] = []
  for (const { source, plays } of playbooks)
    texts.push(
      listPlaybook({
        ...shown,
        file: relative(io.cwd, source.file),
        plays: await settled(plays, work.extraVars),
      }),
    )
  return say(io, texts.join(''))
}

// Templates are read by as much code as all the rest of a list together: only where a play's keywords or tags have some.
async function settled(plays: readonly LoadedPlay[], extraVars: Variables): Promise<readonly LoadedPlay[]> {
  const isWritten = (play: LoadedPlay) =>
    hasTemplates(play) || tagsOfPlay(play).some((tag) => tag.includes('{{'))
  if (!plays.some(isWritten)) return plays
  return (await import('./settle-plays.ts')).settlePlays(plays, extraVars)
}

async function run(
  work: Work,
  playbooks: readonly Loaded[],
  tags: TagSelection,
  beginnings: Beginnings,
): Promise<number> {
  const { source, options, settings, vault, io } = work
  const [inventory, { runPlays }, { checkLimit }, { connectionDefaults }] = await Promise.all([
    beginnings.inventory,
    import('../engine/run.ts'),
    import('../engine/select-hosts.ts'),
    import('./connection-defaults.ts'),
  ])
  const warn = (message: string) => io.err(`[WARNING]: ${message}\n`)
  inventory.warnings.forEach(warn)
  if (options.limit !== undefined) checkLimit(inventory, options.limit)
  const fromSettings = runSettings(settings, warn)
  if (options['flush-cache']) for (const host of inventory.hosts.keys()) fromSettings.factCache?.remove(host)
  const plays: LoadedPlay[] = []
  for (const { source: from, plays: own } of playbooks) {
    const folder = from === source ? await beginnings.folder : await readFolder(from, work)
    folder.warnings.forEach(warn)
    plays.push(...own.map((play) => ({ ...play, folder })))
  }
  const emit = await createPrinter({ ...work, plays, verbosity: verbosityOf(work), secrets: vault.secrets })
  for (const { source: from, plays: own } of playbooks)
    emit({ kind: 'note', verbosity: 2, message: `${own.length} plays in ${relative(io.cwd, from.file)}` })
  const { exitCode } = await runPlays({
    ...fromSettings,
    configFile: work.configFile,
    plays,
    playbookDir: source.dir,
    inventory,
    reloadInventory: () => readInventory(work),
    playbookFolder: plays[0]?.folder,
    limit: options.limit,
    shard: shardOf(options),
    tags,
    extraVars: work.extraVars,
    check: options.check === true,
    diff: options.diff === true || settings.diff_always,
    forks: forksOf(work),
    verbosity: verbosityOf(work),
    vault,
    connection: await connectionDefaults(options, settings, io),
    begun: await beginnings.begun,
    emit,
    batch: batches(options),
    gate: (await import('./gate.ts')).createGate(
      { startAt: options['start-at-task'], step: options.step },
      plays,
      io,
    ),
    prompt: async (question, asked) =>
      (await import('./ask.ts')).ask(question, io, { shown: !asked.private }),
    signal: io.signal,
    stop: io.stop,
  })
  return exitCode
}
