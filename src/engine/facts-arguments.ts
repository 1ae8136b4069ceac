import type { Variables } from '../core/scope.ts'
import type { LoadedPlay } from '../playbook/model.ts'

/** What a play gathers facts with: what it says itself goes before what is set for all plays. */
export function factsArguments(play: Variables | LoadedPlay, set: Variables = {}): Variables {
  const { gather_subset, gather_timeout, fact_path } = play
  const own = Object.entries({ gather_subset, gather_timeout, fact_path })
  return { ...set, ...Object.fromEntries(own.filter(([, value]) => value !== undefined)) }
}
