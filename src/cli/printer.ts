import type { Emit } from '../core/events.ts'
import type { Secrets } from '../core/secrets.ts'
import { eventMask } from '../engine/mask-event.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import { hideResults } from './config/hide-results.ts'
import { stdoutFormat } from './config/run-settings.ts'
import type { Settings } from './config/settings.ts'
import { guarded, statusWriter } from './guarded.ts'
import { type Io, isQuiet, wantsColor } from './io.ts'
import type { Options } from './options.ts'
import { replayAtEnd } from './replay.ts'
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
  readonly secrets: Secrets
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
  const output = (await printerOf(format, request, color))(io.out)
  const emits = [onTerminal(format, io) ? await withStatus(output, request, color) : output]
  if (request.listener !== undefined) emits.push(request.listener)
  for (const { format, file } of reports) {
    if (file === undefined) continue
    emits.push(reportFile({ format, file }, io.cwd, await printerOf(format, request, false)))
  }
  return (event) => {
    for (const emit of emits) emit(event)
  }
}

type Printer = (write: (text: string) => void) => Emit

async function printerOf(format: Format, request: PrinterRequest, color: boolean): Promise<Printer> {
  const { io, secrets } = request
  const common = { cwd: io.cwd, now: () => new Date() }
  const document =
    (make: (options: typeof common & { write: (text: string) => void }) => Emit): Printer =>
    (write) =>
      replayAtEnd((now) => make({ ...common, now, write }), eventMask(secrets))
  switch (format) {
    case 'json':
      return document((await import('../report/json.ts')).jsonPrinter)
    case 'junit':
      return document((await import('../report/junit.ts')).junitPrinter)
    case 'html':
      return document((await import('../report/html.ts')).htmlPrinter)
    case 'ndjson': {
      const { ndjsonPrinter } = await import('../report/ndjson.ts')
      return (write) => ndjsonPrinter({ ...common, write })
    }
    case 'minimal': {
      const { minimalPrinter } = await import('../report/minimal.ts')
      return (write) => minimalPrinter({ write: guarded(write, secrets), color })
    }
    case 'yaml':
      return human(request, color, (await import('../report/yaml-text.ts')).yamlText)
    case 'human':
      return human(request, color)
  }
}

async function human(
  { options, settings, io, plays, verbosity, secrets }: PrinterRequest,
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
      ...{ color, verbosity, dump, width: io.width, cwd: io.cwd },
      write: guarded(write, secrets),
      stats: settings.show_custom_stats,
      showDiff: showDiff && ((diffs) => showDiff(diffs, color, limits)),
    })
    return hideResults(print, settings)
  }
}

function onTerminal(format: Format, io: Io): boolean {
  return io.terminal && io.screen !== undefined && !isQuiet(io) && (format === 'human' || format === 'yaml')
}

async function withStatus(print: Emit, { io, secrets }: PrinterRequest, color: boolean): Promise<Emit> {
  const { screen = () => {}, width } = io
  const [{ terminalPrinter }, { colorsFor }] = await Promise.all([
    import('../report/terminal.ts'),
    import('../report/colors.ts'),
  ])
  return terminalPrinter({
    ...{
      print,
      write: statusWriter(screen, secrets),
      width,
      dim: colorsFor(color).dim,
      now: () => performance.now(),
    },
    every: (milliseconds, action) => {
      const timer = setInterval(action, milliseconds)
      timer.unref()
      return () => clearInterval(timer)
    },
  })
}
