import { UsageError } from '../core/errors.ts'
import { parseShard, type Shard } from '../inventory/shard.ts'
import { words } from '../playbook/inherit.ts'
import type { TagSelection } from '../playbook/tags.ts'
import type { Settings } from './config/settings.ts'
import type { Options } from './options.ts'

interface Given {
  readonly options: Options
  readonly settings: Settings
}

/** The share of the hosts that a run is for. @throws {UsageError} when `--shard` is none */
export function shardOf({ shard }: Options): Shard | undefined {
  return shard === undefined ? undefined : parseShard(shard)
}

/** How many hosts work at the same time. @throws {UsageError} when `--forks` is no whole number above 0 */
export function forksOf({ options: { forks }, settings }: Given): number {
  if (forks === undefined) return settings.forks
  const number = Number(forks)
  if (Number.isInteger(number) && number > 0) return number
  throw new UsageError(`--forks is '${forks}'; it must be a whole number above 0`)
}

/** The seconds that a flag gives. @throws {UsageError} when they are no number from 0 on */
export function secondsOf(flag: string, given: string): number {
  const seconds = Number(given)
  if (given.trim() !== '' && seconds >= 0) return seconds
  throw new UsageError(`${flag} is '${given}'; it must be a number of seconds`)
}

/** How much to show: as in Ansible every `-v` adds to what the settings say. */
export function verbosityOf({ options, settings }: Given): number {
  return settings.verbosity + (options.verbose?.length ?? 0)
}

/** Whether tasks that only ask share round trips. Between two questions to the user anything may happen on a host. */
export function batches(options: Options): boolean {
  return options['no-batch'] !== true && options.step !== true
}

/** Which tasks are asked for. */
export function tagsOf({ options, settings }: Given): TagSelection {
  return {
    only: (options.tags ?? settings.tags_run ?? []).flatMap(words),
    skip: (options['skip-tags'] ?? settings.tags_skip ?? []).flatMap(words),
  }
}
