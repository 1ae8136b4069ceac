import { toBoolean } from '../core/coerce.ts'
import { Problem } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import { didYouMean } from '../core/suggest.ts'
import type { Problems } from './problems.ts'
import type { RoleOptions } from './surroundings.ts'

type Given = Readonly<Record<string, unknown>>

const FILES = ['tasks_from', 'vars_from', 'defaults_from', 'handlers_from']
const SWITCHES: readonly string[] = ['public', 'allow_duplicates', 'rolespec_validate']
const KNOWN: readonly string[] = ['name', ...FILES, ...SWITCHES]

/** The options of `import_role` or `include_role` by the names they go by; one that does not exist is a problem. */
export function knownOptions(
  given: Given,
  action: string,
  at: Location | undefined,
  problems: Problems,
): Given {
  const { role, ...others } = given
  for (const key of Object.keys(others).filter((one) => !KNOWN.includes(one)))
    problems.add(`${action} has no option '${key}'${didYouMean(key, KNOWN)}`, at)
  return role === undefined ? others : { name: role, ...others }
}

/** The options when all are rendered: switches may be words then, as `yes` and `no` are. */
export function roleOptions(rendered: Given, at: Location | undefined): RoleOptions {
  const options = Object.entries(rendered).map(([key, value]): [string, unknown] => {
    if (!SWITCHES.includes(key)) return [key, value]
    try {
      return [key, toBoolean(value)]
    } catch (error) {
      throw new Problem(`${key} is ${JSON.stringify(value)}; it must be ${(error as Error).message}`, { at })
    }
  })
  return Object.fromEntries(options) as unknown as RoleOptions
}
