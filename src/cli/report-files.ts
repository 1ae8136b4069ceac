import { closeSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf, UsageError } from '../core/errors.ts'
import type { Emit } from '../core/events.ts'
import { didYouMean } from '../core/suggest.ts'

export const FORMATS = ['human', 'yaml', 'minimal', 'json', 'ndjson', 'junit', 'html'] as const
export type Format = (typeof FORMATS)[number]

/** One `--report`: what to print, and where; without a file to the output. */
export interface ReportRequest {
  readonly format: Format
  readonly file: string | undefined
}

/**
 * Reads the values of `--report`.
 * @throws {UsageError} for an unknown format, for html without a file, and when two are to go to the output
 */
export function readReports(values: readonly string[]): readonly ReportRequest[] {
  const requests = values.map((value): ReportRequest => {
    const [, name = '', file] = /^([^:]*)(?::(.*))?$/s.exec(value) ?? []
    const format = FORMATS.find((one) => one === name)
    if (format === undefined) {
      throw new UsageError(
        `--report is '${value}'; it must be one of: ${FORMATS.join(', ')}${didYouMean(name, FORMATS)}`,
      )
    }
    if (file === '' || (format === 'html' && file === undefined))
      throw new UsageError(`--report ${value} names no file`, { hint: `Write --report ${format}:FILE.` })
    return { format, file }
  })
  const shown = requests.filter(({ file }) => file === undefined)
  if (shown.length > 1) {
    const names = shown.map(({ format }) => format).join(' and ')
    throw new UsageError(`--report ${names} cannot both go to the output`, {
      hint: 'Name a file for all but one: --report json:FILE.',
    })
  }
  return requests
}

/**
 * Opens a report's file before anything runs, so that one that cannot be written is told at once; it is closed at
 * the end of the run.
 * @throws {UsageError} when it cannot be written
 */
export function reportFile(
  file: string,
  cwd: string,
  printer: (write: (text: string) => void) => Emit,
): Emit {
  let descriptor: number
  try {
    descriptor = openSync(resolve(cwd, file), 'w')
  } catch (error) {
    throw new UsageError(`the report ${file} cannot be written: ${messageOf(error)}`, { cause: error })
  }
  const emit = printer((text) => writeSync(descriptor, text))
  return (event) => {
    emit(event)
    if (event.kind === 'recap') closeSync(descriptor)
  }
}
