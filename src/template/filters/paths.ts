import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { posix } from 'node:path'
import { expandOwner } from '../../core/controller-home.ts'
import { itemsOf } from '../../core/values/dicts.ts'
import { text } from '../../core/values/text.ts'
import { EvaluationError, Tuple } from '../../core/values/types.ts'
import { type FilterTable, filter } from './define.ts'
import { globSync } from './glob.ts'

const path = (value: unknown): string => text(value, 'a path')

const on = (change: (path: string) => unknown) => filter('', (value) => change(path(value)))

const base = (one: string): string => one.slice(one.lastIndexOf('/') + 1)

/** Everything before the last slash, as Python's dirname: `/a/` gives `/a`. */
function folder(one: string): string {
  const head = one.slice(0, one.lastIndexOf('/') + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '')
}

function splitExtension(one: string): Tuple {
  const name = base(one)
  const dot = name.lastIndexOf('.')
  if (dot <= 0 || /^\.+$/.test(name.slice(0, dot))) return Tuple.of2(one, '')
  return Tuple.of2(one.slice(0, one.length - name.length + dot), name.slice(dot))
}

export function expandUser(one: string): string {
  return one === '~' || one.startsWith('~/') ? homedir() + one.slice(1) : expandOwner(one)
}

function expandVariables(one: string): string {
  return one.replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (whole, name?: string, braced?: string) => process.env[name ?? braced ?? ''] ?? whole,
  )
}

function normal(one: string): string {
  const clean = posix.normalize(one)
  return clean.length > 1 ? clean.replace(/\/$/, '') : clean
}

/** The real path; of what does not exist, the part that does. */
function real(one: string): string {
  const full = posix.resolve(one)
  if (existsSync(full)) return realpathSync(full)
  const parent = posix.dirname(full)
  return parent === full ? full : posix.join(real(parent), posix.basename(full))
}

function joinPaths(parts: unknown[]): string {
  return parts.map(path).reduce((sum, part) => {
    if (part.startsWith('/') || sum === '') return part
    return sum.endsWith('/') ? sum + part : `${sum}/${part}`
  }, '')
}

function common(paths: string[]): string {
  const [first, ...rest] = paths
  if (first === undefined) throw new EvaluationError('commonpath() arg is an empty sequence')
  const shared = rest.reduce((sum, one) => {
    const parts = one.split('/').filter(Boolean)
    const different = sum.findIndex((part, index) => parts[index] !== part)
    return different < 0 ? sum : sum.slice(0, different)
  }, first.split('/').filter(Boolean))
  return (first.startsWith('/') ? '/' : '') + shared.join('/')
}

const windows = (one: string): string[] => one.split(/[\\/]/)

/** Filters over paths of the controller. */
export const pathFilters: FilterTable = {
  basename: on(base),
  dirname: on(folder),
  splitext: on(splitExtension),
  expanduser: on(expandUser),
  expandvars: on(expandVariables),
  realpath: on(real),
  normpath: on(normal),
  relpath: filter(
    'start',
    (value, [start = '.']) => posix.relative(posix.resolve(path(start)), posix.resolve(path(value))) || '.',
  ),
  path_join: filter('', (value) => joinPaths(typeof value === 'string' ? [value] : itemsOf(value))),
  commonpath: filter('', (value) => common(itemsOf(value).map(path))),
  fileglob: filter('', (value) => globSync(path(value))),
  win_basename: on((one) => windows(one).at(-1) ?? ''),
  win_dirname: on((one) =>
    one.slice(0, one.length - (windows(one).at(-1) ?? '').length).replace(/(?<=[^\\/:])[\\/]+$/, ''),
  ),
  win_splitdrive: on((one) => {
    const drive = /^[A-Za-z]:/.exec(one)?.[0] ?? ''
    return Tuple.of2(drive, one.slice(drive.length))
  }),
}
