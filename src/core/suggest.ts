import { createRequire } from 'node:module'

// Loaded by the first word that is wrong: in a run that goes well there is none.
type Levenshtein = typeof import('fastest-levenshtein')
let levenshtein: Levenshtein | undefined

/**
 * The candidate a misspelt word probably meant, or undefined when none is near.
 * A word is near when at most a third of it (and at least two letters' worth) differs.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const list = [...candidates]
  if (list.length === 0) return undefined
  levenshtein ??= createRequire(import.meta.url)('fastest-levenshtein') as Levenshtein
  const { closest, distance } = levenshtein
  const best = closest(word.toLowerCase(), list)
  const allowed = Math.max(2, Math.floor(word.length / 3))
  return distance(word.toLowerCase(), best.toLowerCase()) <= allowed ? best : undefined
}

/** `; did you mean 'x'?`, or nothing when no candidate is near: ready to end an error message with. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const best = nearest(word, candidates)
  return best === undefined ? '' : `; did you mean '${best}'?`
}
