import { didYouMean } from '../../core/suggest.ts'
import { bare, defined, EvaluationError } from '../../core/values/types.ts'
import type { Context } from '../jinja/context.ts'
import { Callable, type Named } from '../python/call.ts'
import type { LookupServices, UserLookup } from './define.ts'
import { lookupTable } from './index.ts'

export interface Services extends LookupServices {
  readonly own: Readonly<Record<string, UserLookup>>
  /** Whether lookups may do more than read files. */
  readonly outside: boolean
}

/** Lookups that can be seen from outside: they run programs, write files, use the network. */
const OUTSIDE: ReadonlySet<string> = new Set(['lines', 'password', 'pipe', 'url'])

/** The collections whose lookups are built in here. */
const collections = /^(ansible\.(builtin|legacy)|community\.general)\./

/**
 * Runs a lookup.
 * @throws EvaluationError for an unknown name; whatever the lookup throws
 */
export function runLookup(
  name: string,
  terms: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
  services: Services,
): unknown[] {
  const short = name.replace(collections, '')
  const own = Object.hasOwn(services.own, name) ? services.own[name] : undefined
  if (!services.outside && (own !== undefined || OUTSIDE.has(short)))
    throw new EvaluationError(`lookup '${name}' runs only in a task's own turn`)
  if (own !== undefined) return [...own(terms, options)]
  const lookup = Object.hasOwn(lookupTable, short) ? lookupTable[short] : undefined
  if (lookup !== undefined) return lookup(terms, options, services)
  throw new EvaluationError(missingLookup(name, services.own) ?? `there is no lookup '${name}'`)
}

/** A sentence that says so when there is no lookup of a name. */
export function missingLookup(name: string, own: Services['own'] = {}): string | undefined {
  const short = name.replace(collections, '')
  if (Object.hasOwn(own, name) || Object.hasOwn(lookupTable, short)) return undefined
  return `there is no lookup '${name}'${didYouMean(short, [...Object.keys(lookupTable), ...Object.keys(own)])}`
}

/** `lookup`, `query` and `q`, as templates call them. */
export function lookupGlobals(
  services: (context: Context) => Services,
): Readonly<Record<string, (context: Context) => unknown>> {
  const call = (name: string, alwaysList: boolean) => (context: Context) =>
    new Callable(name, ([wanted, ...terms], named) =>
      answer(String(bare(defined(wanted))), terms, named, alwaysList, services(context)),
    )
  return { lookup: call('lookup', false), query: call('query', true), q: call('q', true) }
}

function answer(
  name: string,
  terms: unknown[],
  named: Named,
  alwaysList: boolean,
  services: Services,
): unknown {
  const { wantlist, errors = 'strict', allow_unsafe: _, ...options } = named
  const asList = alwaysList || wantlist === true
  try {
    const found = runLookup(
      name,
      terms.map((term) => bare(defined(term))),
      options,
      services,
    )
    return asList ? found : single(found)
  } catch (error) {
    if (errors === 'strict' || !(error instanceof Error)) throw error
    const { library, at } = services.context
    if (errors === 'warn') library.warn(`lookup '${name}' failed: ${error.message}`, at)
    return asList ? [] : null
  }
}

/** Without `wantlist`, text items are joined with commas, and a single item stands for itself. */
function single(found: unknown[]): unknown {
  if (found.length === 0) return found
  if (found.every((item) => typeof bare(item) === 'string')) return found.map((item) => bare(item)).join(',')
  return found.length === 1 ? found[0] : found
}
