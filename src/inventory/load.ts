import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { InventoryError, PlayscriptError } from '../core/errors.ts'
import type { Decrypt } from '../core/read-text.ts'
import type { Variables } from '../core/scope.ts'
import { resting } from '../core/slices.ts'
import type { DuplicateKeys } from '../core/yaml/duplicates.ts'
import type { Expressions } from './constructed.ts'
import { createDraft, type Draft, finish } from './draft.ts'
import { duplicateWarnings } from './duplicates.ts'
import { isIgnored } from './ignored.ts'
import type { Inventory, VariableFolder } from './model.ts'
import { addFile, addHostList } from './source.ts'
import { loadGroupVars } from './variable-folder.ts'

/** What loading depends on, besides the sources. */
export interface LoadOptions {
  /** Folder that relative sources start from. */
  readonly cwd: string
  /** Called with the text of each file that is encrypted as a whole. */
  readonly decrypt?: Decrypt | undefined
  /** What keys are that stand twice in one mapping; a warning, unless told otherwise. */
  readonly duplicateKeys?: DuplicateKeys | undefined
  /** Loads what constructed sources evaluate their expressions with. */
  readonly expressions?: (() => Promise<Expressions>) | undefined
  /** The variables of the command line, for constructed sources with `use_extra_vars`. */
  readonly extraVars?: Variables | undefined
  /** Ends the loading of long sources early when it is aborted. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Loads inventory sources and the variable folders beside them.
 * @param sources in the order of `-i`, later ones win: a file (YAML, JSON, INI, TypeScript, a program, a state file,
 * or YAML with `plugin: tofu` or `plugin: constructed`), a folder (its files in the order of their names), or a list `web1,web2,`
 * @returns plain data, unrendered; `all` and `ungrouped` are always among the groups
 * @throws InventoryError with the place; with all of them when several files are wrong; the signal's reason
 */
export async function loadInventory(sources: readonly string[], options: LoadOptions): Promise<Inventory> {
  const draft = createDraft()
  const errors: PlayscriptError[] = []
  const rest = resting(options.signal)
  const collect = async (action: () => void | Promise<void>): Promise<void> => {
    try {
      await action()
    } catch (error) {
      if (!(error instanceof PlayscriptError)) throw error
      errors.push(error)
    }
  }

  const folders = new Map<string, VariableFolder>()
  const { expressions, extraVars = {} } = options
  const construct =
    expressions &&
    (async () => ({ expressions: await expressions(), extraVars, folders: [...folders.values()] }))
  const resolved: string[] = []
  for (const source of sources) {
    const path = resolve(options.cwd, source)
    const found = await stat(path).catch(() => undefined)
    if (found === undefined && source.includes(',')) {
      resolved.push(source)
      await collect(() => addHostList(draft, source))
      continue
    }
    resolved.push(path)
    if (found === undefined) {
      errors.push(
        new InventoryError('there is no such inventory', {
          at: { file: path },
          hint: `for a list of hosts write a comma behind it: -i '${source},'`,
        }),
      )
      continue
    }
    const dir = found.isDirectory() ? path : dirname(path)
    await warnWhenShared(draft, dir)
    for (const file of found.isDirectory() ? await filesOf(path) : [path]) {
      await collect(() => addFile(draft, file, { ...options, rest, construct }))
    }
    // A folder named again moves to the end, since what comes later wins.
    folders.delete(dir)
    await collect(async () => {
      folders.set(dir, await loadGroupVars(dir, options))
    })
  }
  if (errors.length > 0) throw together(errors)

  for (const { warnings } of folders.values()) for (const warning of warnings) draft.warnings.push(warning)
  await rest()
  const { hosts, groups, warnings } = finish(draft)
  await rest()
  return {
    hosts,
    groups,
    warnings: [...warnings, ...duplicateWarnings(hosts.values())],
    folders: [...folders.values()],
    sources: resolved,
  }
}

/** The sources of an inventory folder in the order of their names, folders inside it included. */
async function filesOf(folder: string): Promise<string[]> {
  const files: string[] = []
  for (const name of (await readdir(folder)).sort()) {
    if (isIgnored(name)) continue
    const path = join(folder, name)
    if ((await stat(path)).isDirectory()) files.push(...(await filesOf(path)))
    else files.push(path)
  }
  return files
}

async function warnWhenShared(draft: Draft, dir: string): Promise<void> {
  const { mode } = await stat(dir)
  const sticky = (mode & 0o1000) !== 0
  if ((mode & 0o002) === 0 || sticky) return
  draft.warnings.push(
    `inventory folder ${dir} is writable by everyone: any user could add hosts or commands; run: chmod o-w ${dir}`,
  )
}

function together(errors: readonly PlayscriptError[]): PlayscriptError {
  const [first] = errors
  if (first !== undefined && errors.length === 1) return first
  const all = errors.map((error) => error.describe()).join('\n')
  return new InventoryError(`${errors.length} errors in the inventory\n${all}`)
}
