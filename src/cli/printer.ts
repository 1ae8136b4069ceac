import type { Emit } from '../core/events.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import { hideResults } from './config/hide-results.ts'
import { stdoutFormat } from './config/run-settings.ts'
import type { Settings } from './config/settings.ts'
import { type Io, isQuiet, wantsColor } from './io.ts'
import type { Options } from './options.ts'
import { type Format, readReports, reportFile } from './report-files.ts'

export interface PrinterRequest {
  readonly options: Options
  readonly settings: Settings
  readonly io: Io
  readonly plays: readonly LoadedPlay[]
  readonly verbosity: number
  /** Print the results alone, as for a single module. */
  readonly results: boolean
  /** Who else is told all that happens. */
  readonly listener: Emit | undefined
}

/**
 * Makes what prints a run: to the output what `--report` or the settings say, and a report into each file that is
 * named. Only the printers that are asked for are loaded.
 * @throws {UsageError} when a report is not known or its file cannot be written
 */
export async function createPrinter(request: PrinterRequest): Promise<Emit> {
  const { options, settings, io } = request
  const reports = readReports(options.report ?? [])
  const usual = request.results ? 'minimal' : (stdoutFormat(settings) ?? 'human')
  const format = reports.find(({ file }) => file === undefined)?.format ?? usual
  const color = settings.force_color || (!settings.nocolor && wantsColor(io))
  const output = await printerOf(format, request, color)
  const emits = [onTerminal(format, io) ? await withStatus(output(io.out), io, color) : output(io.out)]
  if (request.listener !== undefined) emits.push(request.listener)
  for (const { format, file } of reports) {
    if (file !== undefined) emits.push(reportFile(file, io.cwd, await printerOf(format, request, false)))
  }
  return (event) => {
    for (const emit of emits) emit(event)
  }
}

type Printer = (write: (text: string) => void) => Emit

async function printerOf(format: Format, request: PrinterRequest, color: boolean): Promise<Printer> {
  const { cwd } = request.io
  const common = { cwd, now: () => new Date() }
  switch (format) {
    case 'json': {
      const { jsonPrinter } = await import('../report/json.ts')
      return (write) => jsonPrinter({ ...common, write })
    }
    case 'ndjson': {
      const { ndjsonPrinter } = await import('../report/ndjson.ts')
      return (write) => ndjsonPrinter({ ...common, write })
    }
    case 'junit': {
      const { junitPrinter } = await import('../report/junit.ts')
      return (write) => junitPrinter({ ...common, write })
    }
    case 'html': {
      const { htmlPrinter } = await import('../report/html.ts')
      return (write) => htmlPrinter({ ...common, write })
    }
    case 'minimal': {
      const { minimalPrinter } = await import('../report/minimal.ts')
      return (write) => minimalPrinter({ write, color })
    }
    case 'yaml':
      return human(request, color, (await import('../report/yaml-text.ts')).yamlText)
    case 'human':
      return human(request, color)
  }
}

async function human(
  { options, settings, io, plays, verbosity }: PrinterRequest,
  color: boolean,
  dump?: (value: unknown) => string,
): Promise<Printer> {
  const { humanPrinter } = await import('../report/human.ts')
  const limits = { largest: settings.max_diff_size, context: settings.diff_context }
  const mayDiff =
    options.diff || settings.diff_always || plays.some((play) => JSON.stringify(play.diff) !== undefined)
  const showDiff = mayDiff ? (await import('../report/diff.ts')).formatDiffs : undefined
  return (write) => {
    const print = humanPrinter({
      ...{ write, color, verbosity, dump, width: io.width, cwd: io.cwd },
      stats: settings.show_custom_stats,
      showDiff: showDiff && ((diffs) => showDiff(diffs, color, limits)),
    })
    return hideResults(print, settings)
  }
}

function onTerminal(format: Format, io: Io): boolean {
  return io.terminal && io.screen !== undefined && !isQuiet(io) && (format === 'human' || format === 'yaml')
}

async function withStatus(print: Emit, { screen = () => {}, width }: Io, color: boolean): Promise<Emit> {
  const [{ terminalPrinter }, { colorsFor }] = await Promise.all([
    import('../report/terminal.ts'),
    import('../report/colors.ts'),
  ])
  return terminalPrinter({
    ...{ print, write: screen, width, dim: colorsFor(color).dim, now: () => performance.now() },
    every: (milliseconds, action) => {
      const timer = setInterval(action, milliseconds)
      timer.unref()
      return () => clearInterval(timer)
    },
  })
}
