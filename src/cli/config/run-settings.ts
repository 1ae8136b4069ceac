import { UsageError } from '../../core/errors.ts'
import type { Variables } from '../../core/scope.ts'
import type { Gathering } from '../../engine/context.ts'
import { type FactCache, jsonFileCache, NO_CACHE } from '../../engine/fact-cache.ts'
import type { RunOptions } from '../../engine/run.ts'
import type { Settings } from './settings.ts'

/** Keywords that plays have where they do not say otherwise. */
export function playDefaults(settings: Settings): Variables {
  const { gathering, any_errors_fatal, no_log, force_handlers, task_timeout, strategy } = settings
  return {
    strategy,
    ...(gathering === 'explicit' ? { gather_facts: false } : {}),
    ...(any_errors_fatal ? { any_errors_fatal } : {}),
    ...(no_log ? { no_log } : {}),
    ...(force_handlers ? { force_handlers } : {}),
    ...(task_timeout > 0 ? { timeout: task_timeout } : {}),
  }
}

type FromSettings = Pick<
  RunOptions,
  | 'factCache'
  | 'gathering'
  | 'injectFacts'
  | 'dictionaries'
  | 'hostPatternMismatch'
  | 'missingHandler'
  | 'ansibleManaged'
  | 'nativeWords'
  | 'duplicateKeys'
>

/**
 * What settings say of a run that no flag does.
 * @throws {UsageError} when facts are to be kept in a way that is not there, or nowhere
 */
export function runSettings(settings: Settings, warn: (message: string) => void): FromSettings {
  return {
    factCache: factCacheOf(settings, warn),
    gathering: gatheringOf(settings),
    injectFacts: settings.inject_facts_as_vars,
    dictionaries: settings.hash_behaviour,
    hostPatternMismatch: settings.host_pattern_mismatch,
    missingHandler: settings.error_on_missing_handler ? 'error' : 'warning',
    ansibleManaged: settings.ansible_managed,
    duplicateKeys: settings.duplicate_dict_key,
    nativeWords: settings.jinja2_native === true,
  }
}

/** How plays gather facts where they do not say. */
export function gatheringOf(settings: Settings): Gathering {
  const { gather_subset, gather_timeout, fact_path } = settings
  const args = { gather_subset, gather_timeout, fact_path }
  const given = Object.entries(args).filter(([, value]) => value !== undefined)
  return { smart: settings.gathering === 'smart', args: Object.fromEntries(given) }
}

function factCacheOf(settings: Settings, warn: (message: string) => void): FactCache {
  const kind = settings.fact_caching.replace(/^ansible\.builtin\./, '')
  if (kind === 'memory') return NO_CACHE
  if (kind !== 'jsonfile') {
    throw new UsageError(`fact_caching is '${settings.fact_caching}'; it must be one of: memory, jsonfile`)
  }
  const { fact_caching_connection: folder, fact_caching_prefix: prefix, fact_caching_timeout } = settings
  if (folder === undefined) {
    throw new UsageError(
      'fact_caching is jsonfile, and fact_caching_connection names no folder for the files',
      {
        hint: 'Set fact_caching_connection in [defaults], or ANSIBLE_CACHE_PLUGIN_CONNECTION.',
      },
    )
  }
  return jsonFileCache({ folder, prefix, timeout: fact_caching_timeout, warn })
}

/** What is to be said of settings that are known, and cannot be followed. */
export function unfollowed(settings: Settings): readonly string[] {
  const notes: readonly (readonly [boolean, string])[] = [
    [settings.jinja2_native === false, 'jinja2_native is always on here; that it is off has no effect'],
    [
      !settings.error_on_undefined_vars,
      'error_on_undefined_vars is always on here; that it is off has no effect',
    ],
    [
      stdoutFormat(settings) === undefined,
      `stdout_callback is '${settings.stdout_callback}', which is not available; the default is used`,
    ],
  ]
  return notes.filter(([applies]) => applies).map(([, note]) => note)
}

/** What a run prints to its output. */
export type StdoutFormat = 'human' | 'yaml' | 'json' | 'minimal'

const CALLBACKS: Readonly<Record<string, StdoutFormat>> = {
  default: 'human',
  yaml: 'yaml',
  json: 'json',
  minimal: 'minimal',
  oneline: 'minimal',
}

/** The printer that takes the place of Ansible's stdout_callback; undefined when there is none of that name. */
export function stdoutFormat({
  stdout_callback,
  callback_result_format,
}: Pick<Settings, 'stdout_callback' | 'callback_result_format'>): StdoutFormat | undefined {
  const name = stdout_callback.replace(/^(ansible\.(builtin|posix)|community\.general)\./, '')
  const format = Object.hasOwn(CALLBACKS, name) ? CALLBACKS[name] : undefined
  return format === 'human' && callback_result_format === 'yaml' ? 'yaml' : format
}
