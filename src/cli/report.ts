import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, messageOf, UsageError } from '../core/errors.ts'
import { mergeReports, type NamedReport, type Report } from '../report/merge.ts'
import type { Io } from './io.ts'
import { HELP, parseFlags, usage } from './options.ts'
import { replaceFile } from './replace-file.ts'

const FLAGS = {
  output: { type: 'string', short: 'o', value: 'FILE', help: 'write the document there' },
  ...HELP,
} as const

/**
 * `playscript report merge FILE…`: joins the JSON reports of shards into one.
 * @returns the exit code that one run over all hosts would have had
 * @throws {UsageError} for a file that is no such report, and for reports that do not belong together
 */
export async function reportCommand(argv: readonly string[], io: Io): Promise<number> {
  const { options, words } = parseFlags(argv, FLAGS)
  const [command, ...files] = words
  if (options.help) {
    io.out(usage('playscript report merge FILE…', FLAGS))
    return EXIT.ok
  }
  if (command !== 'merge')
    throw new UsageError(`report has one command: playscript report merge FILE… [-o FILE]`)
  if (files.length === 0)
    throw new UsageError('report merge needs the reports: playscript report merge FILE…')
  const merged = mergeReports(files.map((file) => readReport(file, io.cwd)))
  const text = `${JSON.stringify(merged, null, 4)}\n`
  if (options.output === undefined) io.out(text)
  else replaceFile(resolve(io.cwd, options.output), text)
  const stats = Object.values(merged.stats)
  if (stats.some(({ unreachable = 0 }) => unreachable > 0)) return EXIT.unreachableHosts
  return stats.some(({ failures = 0 }) => failures > 0) ? EXIT.failedHosts : EXIT.ok
}

function readReport(file: string, cwd: string): NamedReport {
  let report: Partial<Report> | null
  try {
    report = JSON.parse(readFileSync(resolve(cwd, file), 'utf8'))
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`, { cause: error })
  }
  if (!Array.isArray(report?.plays) || typeof report.stats !== 'object') {
    throw new UsageError(`${file} is no report of a run`, {
      hint: 'Have it written by --report json:FILE.',
    })
  }
  return { file, report: report as Report }
}
