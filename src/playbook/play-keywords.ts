import { toBoolean } from '../core/coerce.ts'
import { didYouMean } from '../core/suggest.ts'
import { shown } from '../core/values/json.ts'
import { ORDERS } from '../inventory/order.ts'
import { listOf, words } from './inherit.ts'
import type { LoadedPlay, Strategy } from './model.ts'

/** Keywords that say how a play as a whole runs: settled before any of its hosts is known. */
export type PlayKeywords = Pick<
  LoadedPlay,
  | 'name'
  | 'hosts'
  | 'gather_facts'
  | 'gather_subset'
  | 'gather_timeout'
  | 'fact_path'
  | 'force_handlers'
  | 'max_fail_percentage'
  | 'serial'
  | 'order'
  | 'strategy'
>

const NAMES: readonly (keyof PlayKeywords)[] = [
  'name',
  'hosts',
  'gather_facts',
  'gather_subset',
  'gather_timeout',
  'fact_path',
  'force_handlers',
  'max_fail_percentage',
  'serial',
  'order',
  'strategy',
]

const STRATEGIES: readonly Strategy[] = ['linear', 'free', 'host_pinned']

type Complain = (keyword: string, message: string) => void

/**
 * Reads the keywords of a play.
 * @param complain told what is wrong with one; a template is not: its value comes when the play starts
 */
export function playKeywords(raw: Readonly<Record<string, unknown>>, complain: Complain): PlayKeywords {
  const hosts = words(raw.hosts).join(',')
  return {
    name: typeof raw.name === 'string' ? raw.name : hosts,
    hosts,
    gather_facts: isOn(raw.gather_facts, true),
    ...(raw.gather_subset === undefined ? {} : { gather_subset: words(raw.gather_subset) }),
    ...(raw.gather_timeout === undefined ? {} : { gather_timeout: Number(raw.gather_timeout) }),
    ...(raw.fact_path === undefined ? {} : { fact_path: String(raw.fact_path) }),
    force_handlers: isOn(raw.force_handlers, false),
    ...(raw.max_fail_percentage === undefined
      ? {}
      : { max_fail_percentage: Number(raw.max_fail_percentage) }),
    serial: serialOf(raw.serial, complain),
    order: oneOf(ORDERS, raw.order, 'order', complain),
    strategy: oneOf(STRATEGIES, raw.strategy, 'strategy', complain),
  }
}

/** Reads `user`, the older word of plays for `remote_user`. */
export function withRemoteUser(
  raw: Readonly<Record<string, unknown>>,
  complain: Complain,
): Readonly<Record<string, unknown>> {
  if (raw.user === undefined) return raw
  const { user, ...rest } = raw
  if (raw.remote_user !== undefined)
    complain('user', "both 'user' and 'remote_user' are set for this play, and they mean the same")
  return { remote_user: user, ...rest }
}

/** The keywords of a play that are templates, as they are written. */
export function templatesIn(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(NAMES.filter((name) => isTemplate(raw[name])).map((name) => [name, raw[name]]))
}

/** Whether keywords of a play are known only with its variables. */
export function hasTemplates({ templates = {} }: LoadedPlay): boolean {
  return Object.keys(templates).length > 0
}

function isTemplate(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isTemplate) : typeof value === 'string' && /\{[{%]/.test(value)
}

/**
 * A play whose keywords are no templates any more.
 * @param render gives the value of a template, with the variables of the play
 */
export function settlePlay(
  play: LoadedPlay,
  render: (value: unknown) => unknown,
  complain: Complain,
): LoadedPlay {
  if (!hasTemplates(play)) return play
  const written = Object.entries(play.templates ?? {})
  const rendered = Object.fromEntries(written.map(([name, value]) => [name, render(value)]))
  const settled: Readonly<Record<string, unknown>> = playKeywords(rendered, complain)
  const { templates: _templates, ...rest } = play
  const own = Object.fromEntries(written.map(([name]) => [name, settled[name]]))
  // A play without a name has that of its hosts.
  const name = play.name === play.hosts && 'hosts' in own ? { name: own.hosts } : {}
  return { ...rest, ...name, ...own } as LoadedPlay
}

function serialOf(value: unknown, complain: Complain): LoadedPlay['serial'] {
  const sizes = listOf(value)
  for (const size of sizes) {
    const isSize = (typeof size === 'number' && size >= 0) || /^\s*\d+(\.\d+)?\s*%?\s*$/.test(String(size))
    if (!isSize && !isTemplate(size))
      complain('serial', `serial is ${shown(size)}; it must be a number of hosts, or a share such as "30%"`)
  }
  return sizes as LoadedPlay['serial']
}

function isOn(value: unknown, otherwise: boolean): boolean {
  return value === undefined || value === null || isTemplate(value) ? otherwise : toBoolean(value)
}

function oneOf<T extends string>(
  words: readonly T[],
  value: unknown,
  keyword: string,
  complain: Complain,
): T {
  const [first] = words
  const given = String(value ?? first).replace(/^ansible\.builtin\./, '')
  const found = words.find((word) => word === given)
  if (found === undefined && !isTemplate(value))
    complain(
      keyword,
      `${keyword} is '${given}'; it must be one of: ${words.join(', ')}${didYouMean(given, words)}`,
    )
  return found ?? (first as T)
}
