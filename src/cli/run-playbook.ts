import { existsSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { EXIT, PlaybookError, UsageError } from '../core/errors.ts'
import type { Emit } from '../core/events.ts'
import { didYouMean } from '../core/suggest.ts'
import { words } from '../playbook/inherit.ts'
import { loadPlaybook, rolesPathOf } from '../playbook/load-play.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import type { Source } from '../playbook/source.ts'
import { SPECIAL_TAGS, tagsOf } from '../playbook/tags.ts'
import type { Vault } from '../vars/vault/vault.ts'
import { type Io, wantsColor } from './io.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { keepRole } from './role.ts'
import { maskErrors } from './vault/mask-errors.ts'
import { decryptOf, openVault } from './vault/open-vault.ts'

/**
 * `tsx playbook.ts`, and `ansible-playbook`: reads the command line, loads and checks everything, then runs it.
 * @returns the exit code
 * @throws {UsageError} {PlaybookError} {InventoryError} before any host is reached
 */
export async function runPlaybook(source: Source, argv: readonly string[], io: Io): Promise<number> {
  const { options, words: rest } = parseOptions(argv)
  const command = `tsx ${basename(source.file)}`
  if (options.help) return say(io, usage(command))
  if (options.version) return say(io, `${(await import('../engine/variables.ts')).version()}\n`)
  if (rest.length > 0)
    throw new UsageError(`'${rest.join(' ')}' is no option`, { hint: `See ${command} --help.` })
  const vault = await openVault(options, io)
  return maskErrors(vault.secrets, () => loadAndRun(source, options, vault, io))
}

async function loadAndRun(source: Source, options: Options, vault: Vault, io: Io): Promise<number> {
  const rolesPath = rolesPathOf(source.dir)
  const wanted =
    options.role === undefined ? source : keepRole(source, options.role, { ...options, rolesPath })
  const { plays, problems } = await loadPlaybook(wanted, { rolesPath, decrypted: vault.file })
  if (problems.list.length > 0) throw new PlaybookError(problems.list)
  const tags = {
    only: (options.tags ?? []).flatMap(words),
    skip: (options['skip-tags'] ?? []).flatMap(words),
  }
  checkTags(plays, [...tags.only, ...tags.skip])
  if (options['list-tasks'] || options['list-tags'] || options['list-hosts']) {
    return list(source, plays, tags, options, vault, io)
  }
  const { validatePlaybook } = await import('../playbook/validate.ts')
  const { createTemplar } = await import('../template/index.ts')
  const found = validatePlaybook(plays, createTemplar({ searchPath: [source.dir], decrypted: vault.file }))
  if (found.length > 0) throw new PlaybookError(found)
  if (options['syntax-check']) return say(io, `\nplaybook: ${relative(io.cwd, source.file)}\n`)
  return run(source, plays, tags, options, vault, io)
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

async function list(
  source: Source,
  plays: readonly LoadedPlay[],
  tags: Tags,
  options: Options,
  vault: Vault,
  io: Io,
): Promise<number> {
  const { listPlaybook } = await import('./lists.ts')
  const hosts = options['list-hosts']
    ? { inventory: await readInventory(source, options, vault, io), limit: options.limit }
    : undefined
  const shown = { file: relative(io.cwd, source.file), plays, tags, hosts }
  return say(
    io,
    listPlaybook({ ...shown, tasks: options['list-tasks'] === true, allTags: options['list-tags'] === true }),
  )
}

/** The inventory of `-i`, or the `inventory/` folder beside the playbook, or this machine alone. */
async function readInventory(source: Source, options: Options, vault: Vault, io: Io) {
  const { loadInventory } = await import('../inventory/load.ts')
  const beside = join(source.dir, 'inventory')
  const sources = options.inventory ?? (existsSync(beside) ? [beside] : [])
  return loadInventory(sources, { cwd: io.cwd, decrypt: decryptOf(vault) })
}

async function run(
  source: Source,
  plays: readonly LoadedPlay[],
  tags: Tags,
  options: Options,
  vault: Vault,
  io: Io,
): Promise<number> {
  const [
    inventory,
    { loadGroupVars },
    { runPlays },
    { parseExtraVars },
    { checkLimit },
    { connectionDefaults },
  ] = await Promise.all([
    readInventory(source, options, vault, io),
    import('../inventory/variable-folder.ts'),
    import('../engine/run.ts'),
    import('./extra-vars.ts'),
    import('../engine/select-hosts.ts'),
    import('./connection-defaults.ts'),
  ])
  for (const warning of inventory.warnings) io.err(`[WARNING]: ${warning}\n`)
  if (options.limit !== undefined) checkLimit(inventory, options.limit)
  const { exitCode } = await runPlays({
    plays: options['force-handlers'] ? plays.map((play) => ({ ...play, force_handlers: true })) : plays,
    playbookDir: source.dir,
    inventory,
    playbookFolder: await loadGroupVars(source.dir, { decrypt: decryptOf(vault) }),
    limit: options.limit,
    tags,
    extraVars: parseExtraVars(options['extra-vars'] ?? [], vault.file),
    check: options.check === true,
    diff: options.diff === true,
    forks: wholeNumber('forks', options.forks) ?? 20,
    verbosity: options.verbose?.length ?? 0,
    vault,
    connection: await connectionDefaults(options, io),
    emit: await printer(plays, options, io),
    signal: io.signal,
  })
  return exitCode
}

/** A flag's value as a whole number above zero. */
export function wholeNumber(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number > 0) return number
  throw new UsageError(`--${flag} is '${value}'; it must be a whole number above 0`)
}

async function printer(plays: readonly LoadedPlay[], options: Options, io: Io): Promise<Emit> {
  const { humanPrinter } = await import('../report/human.ts')
  const color = wantsColor(io)
  const mayDiff = options.diff || plays.some((play) => JSON.stringify(play.diff) !== undefined)
  const showDiff = mayDiff ? (await import('../report/diff.ts')).formatDiffs : undefined
  return humanPrinter({
    write: io.out,
    color,
    verbosity: options.verbose?.length ?? 0,
    width: io.width,
    showDiff: showDiff && ((diffs) => showDiff(diffs, color)),
    cwd: io.cwd,
  })
}
