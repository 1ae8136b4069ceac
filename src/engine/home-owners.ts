import type { ArgumentSpec, ArgumentSpecs } from '../core/arguments.ts'
import { homeOwner, printHome, withHomeOf } from '../core/controller-home.ts'
import { Script } from '../core/quote.ts'
import type { Shell } from '../core/remote.ts'
import { isDictionary } from '../core/values/dictionary.ts'

type Values = Readonly<Record<string, unknown>>

/** The users whose home directories arguments name, as in `~kim/.profile`. */
export function homeOwners(specs: ArgumentSpecs, args: Values): ReadonlySet<string> {
  const owners = new Set<string>()
  mapPaths(specs, args, (path) => {
    const owner = homeOwner(path)
    if (owner !== undefined) owners.add(owner)
    return path
  })
  return owners
}

/**
 * Arguments with the home directories of a host's users in place of `~user`. The host is asked each time, since the
 * task before may have made the user. A path of a user that it does not know stays as it is, as in Ansible.
 */
export async function expandOwners<T extends Values>(
  specs: ArgumentSpecs,
  args: T,
  shell: Shell,
  options: Parameters<Shell['request']>[1],
): Promise<T> {
  const owners = [...homeOwners(specs, args)]
  if (owners.length === 0) return args
  const script = owners.map((owner) => `${printHome(owner)}; printf '\\000'`).join('; ')
  const { stdout } = await shell.request(new Script(script), options)
  const printed = stdout.toString('utf8').split('\0')
  const homes = new Map(owners.map((owner, index) => [owner, printed[index] ?? `~${owner}`]))
  return mapPaths(specs, args, (path) => {
    const owner = homeOwner(path)
    const home = owner === undefined ? undefined : homes.get(owner)
    return owner === undefined || home === undefined ? path : withHomeOf(owner, home, path)
  }) as T
}

function mapPaths(specs: ArgumentSpecs, args: Values, change: (path: string) => string): Values {
  const changed = Object.entries(specs).flatMap(([name, spec]) => {
    const value = mapValue(spec, args[name], change)
    return value === args[name] ? [] : [[name, value] as const]
  })
  return changed.length === 0 ? args : { ...args, ...Object.fromEntries(changed) }
}

function mapValue(spec: ArgumentSpec, value: unknown, change: (path: string) => string): unknown {
  if (spec.type === 'path') return typeof value === 'string' ? change(value) : value
  if (Array.isArray(value)) {
    if (spec.elements !== 'path' && spec.options === undefined) return value
    return value.map((one) => mapValue({ ...spec, type: spec.elements ?? 'raw' }, one, change))
  }
  return spec.options && isDictionary(value) ? mapPaths(spec.options, value, change) : value
}
