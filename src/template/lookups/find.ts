import { isAbsolute, join } from 'node:path'
import { EvaluationError } from '../../core/values/types.ts'
import { isFile } from '../files.ts'
import { expandUser } from '../filters/paths.ts'
import type { LookupServices } from './define.ts'

/** All places where a relative name may be, in order: a subfolder of each folder before the folder itself. */
export function candidates(name: string, subfolders: readonly string[], services: LookupServices): string[] {
  const path = expandUser(name)
  if (isAbsolute(path)) return [path]
  const folders = [...services.searchPath, services.baseDirectory]
  return folders.flatMap((folder) => [
    ...subfolders.map((one) => join(folder, one, path)),
    join(folder, path),
  ])
}

/** The first of the places of a name that is a file. */
export function findFile(name: string, subfolder: string, services: LookupServices): string {
  const places = candidates(name, [subfolder], services)
  const found = places.find(isFile)
  if (found === undefined)
    throw new EvaluationError(
      `could not locate file '${name}': No such file or directory; looked for ${[...new Set(places)].join(', ')}`,
    )
  return found
}

/** Options written into a term: `key file=users.ini section=one` gives the key and the rest. */
export function termOptions(
  term: string,
  known: readonly string[],
): { key: string; options: Record<string, string> } {
  const options: Record<string, string> = {}
  const rest: string[] = []
  for (const [word, name, double, single, bare] of term.matchAll(
    /(\w+)=(?:"([^"]*)"|'([^']*)'|(\S*))|\S+/g,
  )) {
    if (name !== undefined && known.includes(name)) options[name] = double ?? single ?? bare ?? ''
    else rest.push(word)
  }
  return { key: rest.join(' '), options }
}
