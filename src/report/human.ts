import type { CustomStats, Emit, RunEvent } from '../core/events.ts'
import { formatLocation } from '../core/location.ts'
import { printable } from '../core/printable.ts'
import type { Fields, HostSummary } from '../core/result.ts'
import { str } from '../core/values/text.ts'
import { type Colors, colorsFor } from './colors.ts'
import { placesOf } from './places.ts'
import { toJson } from './text.ts'

export interface HumanOptions {
  /** Takes finished text. */
  readonly write: (text: string) => void
  readonly color: boolean
  /** Number of `-v`. */
  readonly verbosity: number
  /** Characters a line of the output has. */
  readonly width: number
  /** Formats a result's diffs; without it none are shown. */
  readonly showDiff?: ((diffs: readonly object[]) => string) | undefined
  readonly cwd: string
  /** Writes the fields of results; without it they are JSON. */
  readonly dump?: ((value: unknown, indent?: number) => string) | undefined
  /** Show what `set_stats` kept, below the recap. */
  readonly stats?: boolean | undefined
}

/**
 * Prints events in the layout of Ansible's default callback, which people read fluently; a failed task also
 * tells where it is written.
 */
export function humanPrinter(options: HumanOptions): Emit {
  const { write, verbosity, cwd } = options
  const colors = colorsFor(options.color)
  const line: Line = (text = '', paint) => write(`${paint?.(printable(text)) ?? printable(text)}\n`)
  const banner = (heading: string) => {
    const text = printable(heading)
    line(`\n${text} ${'*'.repeat(Math.max(3, Math.min(options.width, 80) - text.length - 1))}`)
  }

  let heading: object | undefined

  return (event) => {
    switch (event.kind) {
      case 'play':
        return banner(`PLAY [${event.name}]${event.check ? ' [CHECK MODE]' : ''}`)
      case 'no-hosts':
        return line('skipping: no hosts matched', colors.skipped)
      case 'task': {
        // Hosts that go their own pace come to the same task one by one.
        if (heading === event.task.at && heading !== undefined) return
        heading = event.task.at
        banner(`${event.task.handler ? 'RUNNING HANDLER' : 'TASK'} [${event.task.name}]`)
        if (verbosity >= 2 && event.task.at)
          line(`task path: ${formatLocation(event.task.at, cwd)}`, colors.dim)
        return
      }
      case 'result':
        return printResult(event, options, colors, line)
      case 'item':
        return printItem(event, options, colors, line)
      case 'included': {
        const item = event.item === undefined ? '' : ` => (item=${str(event.item)})`
        return line(`included: ${event.from} for ${event.hosts.join(', ')}${item}`, colors.skipped)
      }
      case 'retry':
        return line(
          `FAILED - RETRYING: [${event.host}]: ${event.task.name} (${event.left} retries left).`,
          colors.changed,
        )
      case 'warning':
        return line(`[WARNING]: ${event.message}`, colors.warning)
      case 'note':
        if (verbosity >= event.verbosity) line(event.message)
        return
      case 'recap':
        if (event.broken) return
        printRecap(event.hosts, colors, banner, line)
        if (options.stats && event.stats !== undefined) printStats(event.stats, banner, line)
        return
      case 'output':
      case 'started':
        return
      default:
        event satisfies never
    }
  }
}

/** Writes one line, or several: the one way out, so that no text is painted before it is made printable. */
type Line = (text?: string, paint?: (text: string) => string) => void
type Result = Extract<RunEvent, { kind: 'result' }>
type ItemEvent = Extract<RunEvent, { kind: 'item' }>

function printResult(event: Result, options: HumanOptions, colors: Colors, line: Line): void {
  const { task, host, delegate, result } = event
  const who = `[${delegate === undefined ? host : `${host} -> ${delegate}`}]`
  const { status, fields } = result
  if (!event.loop) printDiff(fields, options)
  if (status === 'unreachable') {
    line(`fatal: ${who}: UNREACHABLE! => ${dump(shownFields(fields), options)}`, colors.unreachable)
  } else if (status === 'failed') {
    const what = event.loop ? { msg: fields.msg } : shownFields(fields)
    line(`fatal: ${who}: FAILED! => ${dump(what, options)}`, colors.failed)
    for (const place of placesOf(fields, task, options.cwd)) line(`  at ${place}`, colors.dim)
    if (result.ignored) line('...ignoring', colors.skipped)
  } else if (status === 'skipped') {
    line(
      `skipping: ${who}${options.verbosity > 0 ? ` => ${dump(shownFields(fields), options)}` : ''}`,
      colors.skipped,
    )
  } else if (!event.loop) {
    line(`${status}: ${who}${details(task.module, fields, options)}`, colors[status])
  }
}

function printItem(event: ItemEvent, options: HumanOptions, colors: Colors, line: Line): void {
  if (!event.task.no_log) printDiff(event.result.fields, options)
  line(itemText(event, options), colors[event.result.status])
  for (const place of placesOf(event.result.fields, {}, options.cwd)) line(`  at ${place}`, colors.dim)
}

function itemText({ host, result, label, task }: ItemEvent, options: HumanOptions): string {
  const { status, fields } = result
  if (task.no_log) return `${status}: [${host}] => (item=None)`
  const item = `(item=${str(label)})`
  if (status === 'failed' || status === 'unreachable')
    return `failed: [${host}] ${item} => ${dump(shownFields(fields), options)}`
  if (status === 'skipped') return `skipping: [${host}] => ${item} `
  return `${status}: [${host}] => ${item}${details(task.module, fields, options)}`
}

// `debug` and the like speak to the reader, unless told to be quiet; of others the fields are shown from -v on.
function details(module: string, fields: Fields, options: HumanOptions): string {
  const speaks = /(^|\.)(debug|assert)$/.test(module) && fields._ansible_verbose_always !== false
  if (speaks) return ` => ${dump(spoken(module, fields), options, 4)}`
  return options.verbosity > 0 ? ` => ${dump(shownFields(fields), options)}` : ''
}

/** The fields of a module that speaks: of `debug` its message, or the variable that it shows. */
function spoken(module: string, fields: Fields): Fields {
  if (!/(^|\.)debug$/.test(module)) return shownFields(fields)
  const others = 'msg' in fields ? ['changed', 'item'] : ['changed']
  return without(shownFields(fields), [...others, 'ansible_loop_var', 'ansible_loop', 'ansible_index_var'])
}

function dump(value: unknown, options: HumanOptions, indent?: number): string {
  return (options.dump ?? toJson)(value, indent)
}

// As in Ansible, whose first word of a line says whether a task failed or was skipped.
const HIDDEN = ['failed', 'skipped', 'location', 'diff', '_ansible_verbose_always']

function shownFields(fields: Fields): Fields {
  return without(fields, HIDDEN)
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))) as Fields
}

// Its lines were made printable before they were painted.
function printDiff(fields: Fields, options: HumanOptions): void {
  if (options.showDiff === undefined || typeof fields.diff !== 'object' || fields.diff === null) return
  const text = options.showDiff([fields.diff].flat() as readonly object[])
  if (text !== '') options.write(`${text}\n`)
}

function printRecap(
  hosts: ReadonlyMap<string, HostSummary>,
  colors: Colors,
  banner: (text: string) => void,
  line: Line,
): void {
  banner('PLAY RECAP')
  for (const [host, summary] of [...hosts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const paint =
      summary.failed + summary.unreachable > 0
        ? colors.failed
        : summary.changed > 0
          ? colors.changed
          : colors.ok
    const counts = Object.entries(summary).map(([name, count]) => `${name}=${String(count).padEnd(4)}`)
    line(host.padEnd(26), (text) => `${paint(text)} : ${counts.join(' ')}`.trimEnd())
  }
  line()
}

function printStats({ hosts, run }: CustomStats, banner: (text: string) => void, line: Line): void {
  banner('CUSTOM STATS:')
  for (const [host, values] of Object.entries(hosts).sort(([a], [b]) => (a < b ? -1 : 1)))
    line(`\t${host}: ${onOneLine(values)}`)
  if (Object.keys(run).length > 0) line(`\n\tRUN: ${onOneLine(run)}`)
  line()
}

/** As Ansible lays statistics out, which scripts search for `"name": value`. */
function onOneLine(values: unknown): string {
  return toJson(values, 1).replaceAll('\n', '')
}
