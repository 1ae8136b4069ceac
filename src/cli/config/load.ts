import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { type Given, readSetting } from './coerce.ts'
import type { Surroundings } from './expand.ts'
import { findConfig } from './find.ts'
import type { IniEntry } from './ini.ts'
import { SETTINGS, type Setting, type SettingName, type Settings } from './settings.ts'

/** The settings of a run, and how they came about. */
export interface LoadedSettings {
  readonly settings: Settings
  /** The file they were read from, if there was one. */
  readonly file: string | undefined
  /** Where each setting that is not its default was set: a variable's name, or a file. */
  readonly origins: ReadonlyMap<SettingName, string>
  readonly warnings: readonly string[]
}

/**
 * Reads the settings of Ansible: the environment wins over the one file that is found, and that over what is the
 * default. Relative paths start from the file's folder, in the environment from the current one. What is set to
 * nothing counts as not set. The command line, which wins over all, is the caller's.
 *
 * @param system the machine's own file of settings
 * @throws {UsageError} for a file that cannot be parsed, and a value that is of the wrong type, with its place
 */
export async function loadSettings(around: Surroundings, system?: string): Promise<LoadedSettings> {
  const { file, warnings } = findConfig(around, system)
  const entries = file === undefined ? [] : await readEntries(file)
  const settings: Record<string, unknown> = {}
  const origins = new Map<SettingName, string>()
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting: Setting = SETTINGS[name]
    const given = fromEnvironment(setting, around) ?? fromFile(setting, entries, file)
    if (given !== undefined) origins.set(name, given.at?.file ?? given.name)
    const used = given ?? fromDefault(name, setting, around)
    settings[name] = used === undefined ? undefined : readSetting(setting, used, around)
  }
  return {
    // The loop above has read each setting as its row in the table says.
    settings: settings as Settings,
    file,
    origins,
    warnings: [...warnings, ...(await unused(entries, file, around))],
  }
}

async function unused(
  entries: readonly IniEntry[],
  file: string | undefined,
  { env }: Surroundings,
): Promise<readonly string[]> {
  if (file === undefined && !Object.keys(env).some((name) => name.startsWith('ANSIBLE'))) return []
  return (await import('./unused.ts')).noteUnused(entries, file, env)
}

async function readEntries(file: string): Promise<readonly IniEntry[]> {
  const { parseIni } = await import('./ini.ts')
  try {
    return parseIni(readFileSync(file, 'utf8'), file)
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    throw new UsageError('the settings cannot be read', { at: { file }, cause })
  }
}

function fromEnvironment({ env: names }: Setting, { env, cwd }: Surroundings): Given | undefined {
  const name = names.findLast((one) => env[one] !== undefined && env[one] !== '')
  return name === undefined ? undefined : { text: env[name] ?? '', name, base: cwd }
}

function fromFile(
  { ini }: Setting,
  entries: readonly IniEntry[],
  file: string | undefined,
): Given | undefined {
  const found = ini.flatMap((place) => entries.filter(({ section, key }) => `${section}.${key}` === place))
  const entry = found.findLast(({ value }) => value !== '')
  if (entry === undefined || file === undefined) return undefined
  const { section, key, value, line } = entry
  return { text: value, name: `${key} in [${section}]`, at: { file, line }, base: dirname(file) }
}

function fromDefault(name: string, setting: Setting, { cwd }: Surroundings): Given | undefined {
  return setting.default === undefined ? undefined : { text: setting.default, name, base: cwd }
}
