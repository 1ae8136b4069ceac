import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { InventoryError } from '../core/errors.ts'
import { type Decrypt, readText, VaultLocked } from '../core/read-text.ts'
import type { Variables } from '../core/scope.ts'
import { byName } from '../core/values/dictionary.ts'
import { type DuplicateKeys, warningsOf } from '../core/yaml/duplicates.ts'
import { parseYaml } from '../core/yaml/parse.ts'
import { parseJson, refusePrototypeKeys } from './json.ts'
import type { VariableFile, VariableFolder } from './model.ts'
import { importDefault } from './read-file.ts'

/** A folder or a file without extension wins over the extensions, which win in this order; the rest is ignored. */
const EXTENSIONS = ['', '.yml', '.yaml', '.json', '.ts']

/** How files of variables are read. */
export interface FolderOptions {
  readonly decrypt?: Decrypt | undefined
  /** What keys are that stand twice in one mapping. */
  readonly duplicateKeys?: DuplicateKeys | undefined
}

/**
 * Reads `group_vars/` and `host_vars/` of a folder: beside an inventory source, or beside the playbook. For each
 * name there is a file, or a folder whose files are read in the order of their paths
 * (Ansible docs: 'Organizing host and group variables').
 * @param options.decrypt called for files that are encrypted as a whole
 * @returns for each group and each host the files with their variables; nothing when the folders are not there
 * @throws InventoryError for a file that cannot be read, or is not a mapping
 */
export async function loadGroupVars(dir: string, options: FolderOptions = {}): Promise<VariableFolder> {
  const warnings: string[] = []
  const read = (folder: string) => readEntities(join(dir, folder), options, warnings)
  const [groups, hosts] = [await read('group_vars'), await read('host_vars')]
  return { dir, groups, hosts, warnings }
}

async function readEntities(
  folder: string,
  options: FolderOptions,
  warnings: string[],
): Promise<Map<string, readonly VariableFile[]>> {
  const byName = new Map<string, string[]>()
  for (const entry of await entriesOf(folder)) {
    if (entry.startsWith('.') || entry.endsWith('~') || entry.endsWith('.d.ts')) continue
    const extension = extensionOf(entry)
    const name = entry.slice(0, entry.length - extension.length)
    byName.set(name, [...(byName.get(name) ?? []), extension])
  }
  const result = new Map<string, readonly VariableFile[]>()
  for (const [name, extensions] of byName) {
    const [chosen = '', ...rest] = EXTENSIONS.filter((extension) => extensions.includes(extension))
    for (const ignored of rest) {
      warnings.push(`${join(folder, name)}${ignored} is ignored: ${name}${chosen} is there too`)
    }
    const paths = await filesBelow(join(folder, `${name}${chosen}`))
    result.set(name, await Promise.all(paths.map((file) => readVariables(file, options, warnings))))
  }
  return result
}

/** A path itself when it is a file, or the variable files below it in order. */
async function filesBelow(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const files: string[] = []
  for (const entry of await entriesOf(path)) {
    if (entry.startsWith('.') || entry.endsWith('~')) continue
    const inner = join(path, entry)
    if ((await stat(inner)).isDirectory()) files.push(...(await filesBelow(inner)))
    else if (EXTENSIONS.includes(extname(entry)) && !entry.endsWith('.d.ts')) files.push(inner)
  }
  return files
}

/**
 * The variables of one file: YAML, JSON, or a TypeScript file's default export; an empty file has none.
 * @throws InventoryError with the place when the content is not a mapping
 */
export async function readVariables(
  file: string,
  { decrypt, duplicateKeys }: FolderOptions,
  warnings: string[],
): Promise<VariableFile> {
  if (file.endsWith('.ts')) {
    const vars = await importDefault(file)
    refusePrototypeKeys(vars, file)
    return { file, vars: vars as Variables }
  }
  const text = await readText(file, decrypt).catch((error: unknown) => {
    if (error instanceof VaultLocked) return error
    throw error
  })
  if (text instanceof VaultLocked) return locked(file, text)
  const { data, locate, duplicates } = file.endsWith('.json')
    ? parseJson(text, file)
    : parseYaml(text, file, { duplicateKeys: 'collect' })
  for (const warning of warningsOf(duplicates, duplicateKeys)) warnings.push(warning)
  if (data === null || data === undefined) return { file, vars: {} }
  const vars = byName(data)
  if (vars !== undefined) return { file, vars }
  // Not what it says: the file may have been encrypted.
  const found = Array.isArray(data) ? 'a list' : 'a single value'
  throw new InventoryError(`variables must be a mapping of names to values, but the file holds ${found}`, {
    at: locate(),
    hint: "write 'name: value' lines",
  })
}

/** Variables that throw when they are read, so that nobody goes on without them by mistake. */
function locked(file: string, error: VaultLocked): VariableFile {
  return {
    file,
    get vars(): never {
      throw error
    },
  }
}

function extensionOf(entry: string): string {
  const extension = extname(entry)
  return EXTENSIONS.includes(extension) ? extension : ''
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return []
    throw new InventoryError(`cannot be read: ${(cause as Error).message}`, { at: { file: folder }, cause })
  }
}
