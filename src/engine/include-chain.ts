import { Problem } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import type { Variables } from '../core/scope.ts'
import type { HostState } from './host.ts'

/** The includes around a task, the innermost first. */
export interface IncludeChain {
  /** The file or role. */
  readonly from: string
  /** What it was given: options and the variables of its loop. */
  readonly given: string
  readonly depth: number
  /** The variables of its hosts as they were then. */
  readonly known: ReadonlyMap<HostState, readonly Variables[]>
  readonly outer: IncludeChain | undefined
}

/** An include may depend on what no variable shows, a file for example: only many repetitions are a circle. */
const MOST_REPETITIONS = 25
/** Recursion that ends by itself counts something down; nobody counts this far. */
const DEEPEST = 400

/**
 * The chain with one include more.
 * @throws {Problem} when the same include came again and again with the same variables, or it has no end otherwise
 */
export function enterInclude(
  outer: IncludeChain | undefined,
  include: Pick<IncludeChain, 'from' | 'given'> & { readonly at: Location | undefined },
  hosts: readonly HostState[],
): IncludeChain {
  const { from, given, at } = include
  const known = new Map(hosts.map((host) => [host, variablesOf(host)]))
  const chain = { from, given, known, outer, depth: (outer?.depth ?? 0) + 1 }
  const same = [...above(chain)].filter((one) => isSame(one, chain))
  if (same.length < MOST_REPETITIONS && chain.depth <= DEEPEST) return chain
  throw new Problem(`includes go round in a circle: ${circleOf(chain).join(' -> ')}`, {
    at,
    hint: 'End the recursion with a condition (when) that a task on the way changes, with set_fact for example.',
  })
}

function* above({ outer }: IncludeChain): Generator<IncludeChain> {
  for (let one = outer; one !== undefined; one = one.outer) yield one
}

function circleOf(chain: IncludeChain): readonly string[] {
  const names = [chain.from]
  for (const { from } of above(chain)) {
    names.unshift(from)
    if (from === chain.from) break
  }
  return names
}

function variablesOf(host: HostState): readonly Variables[] {
  return [{ ...host.registered }, { ...host.includeVars }, { ...host.facts }]
}

function isSame(one: IncludeChain, other: IncludeChain): boolean {
  if (one.from !== other.from || one.given !== other.given) return false
  return [...other.known].every(([host, now]) => {
    const before = one.known.get(host)
    return before?.every((values, index) => areSame(values, now[index] ?? {})) === true
  })
}

// By identity: a result that is registered anew is another one, even if it says the same.
function areSame(one: Variables, other: Variables): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}
