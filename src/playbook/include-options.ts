import { resolve, sep } from 'node:path'
import { toBoolean } from '../core/coerce.ts'
import { Problem } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import { didYouMean } from '../core/suggest.ts'
import { shown } from '../core/values/json.ts'
import type { Problems } from './problems.ts'
import type { RoleOptions } from './surroundings.ts'

type Given = Readonly<Record<string, unknown>>

const FOLDERS = ['tasks', 'vars', 'defaults', 'handlers'] as const
const FILES = FOLDERS.map((folder) => `${folder}_from`)
const SWITCHES: readonly string[] = ['public', 'allow_duplicates', 'rolespec_validate']
const OF_ROLES = ['name', 'role', ...FILES, ...SWITCHES]
const KNOWN = {
  import_tasks: ['file'],
  include_tasks: ['file', 'apply'],
  import_role: OF_ROLES,
  include_role: [...OF_ROLES, 'apply'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** The options of an import or include by the names they go by; one that does not exist is a problem. */
export function knownOptions(
  given: Given,
  action: keyof typeof KNOWN,
  at: Location | undefined,
  problems: Problems,
): Given {
  const known: readonly string[] = KNOWN[action]
  const wrong = Object.keys(given).filter((key) => !known.includes(key))
  const [first = ''] = wrong
  if (wrong.length > 0)
    problems.add(`Invalid options for ${action}: ${wrong.join(', ')}${didYouMean(first, known)}`, at)
  for (const key of FILES) {
    const text = noText(key, given[key])
    if (text !== undefined) problems.add(text, at)
  }
  const { role, ...others } = given
  return role === undefined ? others : { name: role, ...others }
}

/** The options of a role when all are rendered: switches may be words then, as `yes` and `no` are. */
export function roleOptions(rendered: Given, at: Location | undefined): RoleOptions {
  const options = Object.entries(rendered).map(([key, value]): [string, unknown] => {
    if (!SWITCHES.includes(key)) return [key, value]
    try {
      return [key, toBoolean(value)]
    } catch (error) {
      throw new Problem(`${key} is ${shown(value)}; it must be ${(error as Error).message}`, { at })
    }
  })
  return Object.fromEntries(options) as unknown as RoleOptions
}

function noText(key: string, file: unknown): string | undefined {
  if (file === undefined || typeof file === 'string') return undefined
  return `Expected a string for ${key} but got ${shown(file)}: give the name of a file`
}

/** What is wrong with the names of files that `tasks_from` and the like give of the role in a folder, if anything is. */
export function wrongFrom(options: RoleOptions, path: string): string | undefined {
  for (const folder of FOLDERS) {
    const file: unknown = options[`${folder}_from`]
    if (file === undefined) continue
    if (typeof file !== 'string') return noText(`${folder}_from`, file)
    const inside = resolve(path, folder)
    if (!resolve(inside, file).startsWith(inside + sep))
      return `${folder}_from is '${file}', which is refused as it is not inside the expected role path ${inside}`
  }
  return undefined
}
