import type { CustomStats, Emit, RunEvent } from '../core/events.ts'
import { formatLocation } from '../core/location.ts'
import type { Fields, HostSummary } from '../core/result.ts'
import { type Colors, colorsFor } from './colors.ts'
import { printable, toJson } from './text.ts'

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
  const line = (text = '') => write(`${text}\n`)
  const banner = (text: string) =>
    line(`\n${text} ${'*'.repeat(Math.max(3, Math.min(options.width, 80) - text.length - 1))}`)

  let heading: object | undefined

  return (event) => {
    switch (event.kind) {
      case 'play':
        return banner(`PLAY [${event.name}]${event.check ? ' [CHECK MODE]' : ''}`)
      case 'no-hosts':
        return line(colors.skipped('skipping: no hosts matched'))
      case 'task': {
        // Hosts that go their own pace come to the same task one by one.
        if (heading === event.task.at && heading !== undefined) return
        heading = event.task.at
        banner(`${event.task.handler ? 'RUNNING HANDLER' : 'TASK'} [${printable(event.task.name)}]`)
        if (verbosity >= 2 && event.task.at)
          line(colors.dim(`task path: ${formatLocation(event.task.at, cwd)}`))
        return
      }
      case 'result':
        return printResult(event, options, colors, line)
      case 'item':
        return printItem(event, options, colors, line)
      case 'included': {
        const item =
          event.item === undefined
            ? ''
            : ` => (item=${printable(typeof event.item === 'string' ? event.item : toJson(event.item))})`
        return line(colors.skipped(`included: ${event.from} for ${event.hosts.join(', ')}${item}`))
      }
      case 'retry':
        return line(
          colors.changed(
            `FAILED - RETRYING: [${event.host}]: ${event.task.name} (${event.left} retries left).`,
          ),
        )
      case 'warning':
        return line(colors.warning(`[WARNING]: ${printable(event.message)}`))
      case 'note':
        if (verbosity >= event.verbosity) line(printable(event.message))
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

type Line = (text?: string) => void
type Result = Extract<RunEvent, { kind: 'result' }>
type ItemEvent = Extract<RunEvent, { kind: 'item' }>

function printResult(event: Result, options: HumanOptions, colors: Colors, line: Line): void {
  const { task, host, delegate, result } = event
  const who = `[${delegate === undefined ? host : `${host} -> ${delegate}`}]`
  const { status, fields } = result
  if (!event.loop) printDiff(fields, options, line)
  if (status === 'unreachable') {
    line(colors.unreachable(`fatal: ${who}: UNREACHABLE! => ${dump(shownFields(fields), options)}`))
  } else if (status === 'failed') {
    const what = event.loop ? { msg: fields.msg } : shownFields(fields)
    line(colors.failed(`fatal: ${who}: FAILED! => ${dump(what, options)}`))
    if (task.at) line(colors.dim(`  at ${formatLocation(task.at, options.cwd)}`))
    if (result.ignored) line(colors.skipped('...ignoring'))
  } else if (status === 'skipped') {
    line(
      colors.skipped(
        `skipping: ${who}${options.verbosity > 0 ? ` => ${dump(shownFields(fields), options)}` : ''}`,
      ),
    )
  } else if (!event.loop) {
    line(colors[status](`${status}: ${who}${details(task.module, fields, options)}`))
  }
}

function printItem(event: ItemEvent, options: HumanOptions, colors: Colors, line: Line): void {
  if (!event.task.no_log) printDiff(event.result.fields, options, line)
  line(colors[event.result.status](itemText(event, options)))
}

function itemText({ host, result, label, task }: ItemEvent, options: HumanOptions): string {
  const { status, fields } = result
  if (task.no_log) return `${status}: [${host}] => (item=None)`
  const item = `(item=${printable(typeof label === 'string' ? label : toJson(label))})`
  if (status === 'failed' || status === 'unreachable')
    return `failed: [${host}] ${item} => ${dump(shownFields(fields), options)}`
  if (status === 'skipped') return `skipping: [${host}] => ${item} `
  return `${status}: [${host}] => ${item}${details(task.module, fields, options)}`
}

// `debug` and the like speak to the reader, unless told to be quiet; of others the fields are shown from -v on.
function details(module: string, fields: Fields, options: HumanOptions): string {
  const speaks = /(^|\.)(debug|assert)$/.test(module) && fields._ansible_verbose_always !== false
  if (speaks) return ` => ${dump(shownFields(without(fields, ['changed'])), options, 4)}`
  return options.verbosity > 0 ? ` => ${dump(shownFields(fields), options)}` : ''
}

function dump(value: unknown, options: HumanOptions, indent?: number): string {
  return (options.dump ?? toJson)(value, indent)
}

const HIDDEN = ['diff', '_ansible_item_label', '_ansible_verbose_always', 'ansible_loop_var', 'ansible_loop']

function shownFields(fields: Fields): Readonly<Record<string, unknown>> {
  return without(fields, HIDDEN)
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))) as Fields
}

function printDiff(fields: Fields, options: HumanOptions, line: Line): void {
  if (options.showDiff === undefined || typeof fields.diff !== 'object' || fields.diff === null) return
  const text = options.showDiff([fields.diff].flat() as readonly object[])
  if (text !== '') line(text)
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
    line(`${paint(host.padEnd(26))} : ${counts.join(' ')}`.trimEnd())
  }
  line()
}

function printStats({ hosts, run }: CustomStats, banner: (text: string) => void, line: Line): void {
  banner('CUSTOM STATS:')
  for (const [host, values] of Object.entries(hosts).sort(([a], [b]) => (a < b ? -1 : 1)))
    line(`\t${host}: ${toJson(values)}`)
  if (Object.keys(run).length > 0) line(`\n\tRUN: ${toJson(run)}`)
  line()
}
