import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { roleNames } from '../playbook/roles.ts'
import type { Source } from '../playbook/source.ts'

/**
 * What `--role NAME` runs: the plays that have the role, with nothing but it; or, given `--hosts`, any role in a play
 * of its own.
 * @throws {UsageError} when there is no such role, or no play has it and no hosts are given
 */
export function keepRole(
  source: Source,
  name: string,
  { hosts, rolesPath }: { readonly hosts?: string; readonly rolesPath: readonly string[] },
): Source {
  const names = roleNames(rolesPath)
  if (!names.includes(name)) throw new UsageError(`there is no role '${name}'${didYouMean(name, names)}`)
  if (hosts !== undefined) return { ...source, value: [{ name: `Role ${name}`, hosts, roles: [name] }] }
  const plays = Array.isArray(source.value) ? source.value.filter(isDictionary) : []
  const kept = plays.flatMap((play) => {
    const entries = (Array.isArray(play.roles) ? play.roles : []).filter((entry) => roleOf(entry) === name)
    if (entries.length === 0) return []
    const { pre_tasks: _pre, tasks: _tasks, post_tasks: _post, ...rest } = play
    return [{ ...rest, roles: entries }]
  })
  if (kept.length > 0) return { ...source, value: kept }
  throw new UsageError(`no play has the role '${name}'`, {
    hint: 'Say where to run it with --hosts PATTERN.',
  })
}

function roleOf(entry: unknown): unknown {
  return isDictionary(entry) ? (entry.role ?? entry.name) : entry
}
