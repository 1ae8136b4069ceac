import { isIPv6 } from 'node:net'
import { UsageError } from '../core/errors.ts'
import { nearest } from '../core/suggest.ts'
import { findHost, hostsOfGroup } from './groups.ts'
import type { Host, Inventory } from './model.ts'
import { type Order, orderHosts } from './order.ts'

/** What beside the pattern decides which hosts come, and in which order. */
export interface SelectOptions {
  /** `--limit`: another pattern; only hosts of both remain. */
  readonly limit?: string | undefined
  /** `order:` of the play; default: inventory. */
  readonly order?: Order | undefined
  /** Source of chance for `order: shuffle`, from 0 up to 1. */
  readonly random?: (() => number) | undefined
}

/** The hosts a pattern selects, and its words that name no host and no group. */
export interface Selection {
  readonly hosts: readonly Host[]
  readonly unmatched: readonly UnmatchedWord[]
}

export interface UnmatchedWord {
  readonly word: string
  /** The group or host that was probably meant. */
  readonly nearest: string | undefined
}

const SUBSCRIPT = /^(.+)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/
const GLOB = /[*?[]/

/**
 * The hosts that a pattern selects (Ansible docs: 'Patterns: targeting hosts and groups'): `all`, `*`, groups, hosts,
 * globs, `~regex`, `group[0]`, `group[-1]`, `group[0:2]`; joined by `:` or `,`; `:&` keeps what is in both and `:!`
 * takes away, after all unions, wherever they are written.
 * @param pattern as in `hosts:`, a list of patterns too
 * @returns each host once; `localhost` is there even when no source lists it
 * @throws UsageError for a regular expression that is none
 */
export function selectHosts(
  inventory: Inventory,
  pattern: string | readonly string[],
  { limit, order = 'inventory', random = Math.random }: SelectOptions = {},
): Selection {
  const unmatched = new Map<string, UnmatchedWord>()
  const miss = (word: string): void => {
    const known = [...inventory.groups.keys(), ...inventory.hosts.keys()]
    unmatched.set(word, { word, nearest: nearest(word, known) })
  }
  const words = [pattern].flat().flatMap(splitPattern)
  // A pattern of separators only names all hosts.
  if (words.length === 0 && [pattern].flat().join('').trim() !== '') words.push('all')
  const selected = evaluate(inventory, words, miss)
  const limits = limit === undefined || limit === '' ? [] : splitPattern(limit)
  const allowed =
    limits.length === 0 ? undefined : new Set(evaluate(inventory, limits, miss).map(({ name }) => name))
  const hosts = allowed === undefined ? selected : selected.filter(({ name }) => allowed.has(name))
  return { hosts: orderHosts(hosts, order, random), unmatched: [...unmatched.values()] }
}

/** The words of a pattern; colons inside brackets and in IPv6 addresses separate nothing. */
export function splitPattern(pattern: string): string[] {
  const words: string[] = []
  for (const part of pattern.split(/,(?![^[]*\])/)) {
    const bare = part.trim()
    if (isIPv6(bare.replace(/^[!&]/, '')) || bare.startsWith('@')) words.push(bare)
    else words.push(...splitColons(bare))
  }
  return words.map((word) => word.replace(/^([!&])\s+/, '$1')).filter((word) => word !== '')
}

function splitColons(text: string): string[] {
  const words = ['']
  let depth = 0
  for (const character of text) {
    if (character === '[' || character === '(') depth += 1
    if (character === ']' || character === ')') depth = Math.max(0, depth - 1)
    if (depth === 0 && (character === ':' || /\s/.test(character))) words.push('')
    else words[words.length - 1] += character
  }
  // `web:! db` is `web:!db`: a blank behind the sign does not end the word.
  return words.reduce<string[]>((joined, word) => {
    const last = joined.at(-1)
    if (last === '!' || last === '&') joined[joined.length - 1] = last + word
    else joined.push(word)
    return joined
  }, [])
}

/** Unions first, in their order, then intersections, then exclusions. */
function evaluate(inventory: Inventory, words: readonly string[], miss: (word: string) => void): Host[] {
  const unions = words.filter((word) => !/^[!&]/.test(word))
  if (unions.length === 0 && words.length > 0) unions.push('all')
  const hosts = new Map<string, Host>()
  for (const word of unions) for (const host of match(inventory, word, miss)) hosts.set(host.name, host)
  for (const sign of ['&', '!']) {
    for (const word of words.filter((candidate) => candidate.startsWith(sign))) {
      const found = new Set(match(inventory, word.slice(1), miss).map(({ name }) => name))
      for (const name of hosts.keys()) if (found.has(name) !== (sign === '&')) hosts.delete(name)
    }
  }
  return [...hosts.values()]
}

/** The hosts of one word, with its subscript applied. */
function match(inventory: Inventory, word: string, miss: (word: string) => void): readonly Host[] {
  if (word.startsWith('~')) return hostsMatching(inventory, regex(word))
  const exact = matchName(inventory, word)
  if (exact !== undefined) return exact
  const [, base = word, single, from, to = ''] = SUBSCRIPT.exec(word) ?? []
  const named = matchName(inventory, base)
  const hosts = named ?? (GLOB.test(base) ? hostsMatching(inventory, glob(base)) : [])
  if (named === undefined && hosts.length === 0) miss(base)
  if (single !== undefined) return [hosts.at(Number(single))].filter((host) => host !== undefined)
  if (from === undefined) return hosts
  return hosts.slice(Number(from), to === '' ? undefined : Number(to) + 1)
}

/** The hosts of a group, or the host, of exactly this name. */
function matchName(inventory: Inventory, name: string): readonly Host[] | undefined {
  const group = name === '*' ? 'all' : name
  if (inventory.groups.has(group)) {
    const own = inventory.hosts.get(name)
    return [
      ...new Set([...lookUp(inventory, hostsOfGroup(inventory, group)), ...(own === undefined ? [] : [own])]),
    ]
  }
  const host = findHost(inventory, name)
  return host === undefined ? undefined : [host]
}

/** Hosts of the groups that match, then the hosts that match themselves. */
function hostsMatching(inventory: Inventory, pattern: RegExp): readonly Host[] {
  const names = new Set<string>()
  for (const group of inventory.groups.keys()) {
    if (pattern.test(group)) for (const host of hostsOfGroup(inventory, group)) names.add(host)
  }
  for (const host of inventory.hosts.keys()) if (pattern.test(host)) names.add(host)
  return lookUp(inventory, names)
}

function lookUp(inventory: Inventory, names: Iterable<string>): Host[] {
  return [...names].flatMap((name) => inventory.hosts.get(name) ?? [])
}

/** A regular expression matches from the start of a name, and need not reach its end. */
function regex(word: string): RegExp {
  try {
    return new RegExp(`^(?:${word.slice(1)})`)
  } catch (cause) {
    throw new UsageError(`host pattern '${word}' is not a regular expression: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** A glob matches a whole name: `*`, `?`, `[abc]`, `[!abc]` (POSIX: fnmatch). */
function glob(word: string): RegExp {
  const source = word.replace(/\[(!?)([^\]]+)\]|[\\^$.|+(){}[\]*?]/g, (found, not?: string, set?: string) => {
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`
    return { '*': '.*', '?': '.' }[found] ?? `\\${found}`
  })
  return new RegExp(`^(?:${source})$`, 's')
}
