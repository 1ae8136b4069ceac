import { accessSync, closeSync, constants, openSync, realpathSync, statSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { messageOf, UsageError } from '../core/errors.ts'
import type { Emit } from '../core/events.ts'
import { didYouMean } from '../core/suggest.ts'
import { replaceFile } from './replace-file.ts'

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
 * Opens a report's file before anything runs, so that an error in writing it comes first. What is printed as
 * it happens goes to the file at once; a whole document takes its place in one step when it is complete. A new file
 * can be read by its owner alone.
 * @throws {UsageError} when it cannot be written
 */
export function reportFile(
  { format, file }: { readonly format: Format; readonly file: string },
  cwd: string,
  printer: (write: (text: string) => void) => Emit,
): Emit {
  const path = resolve(cwd, file)
  const attempt = <T>(action: () => T): T => {
    try {
      return action()
    } catch (error) {
      throw new UsageError(`the report ${file} cannot be written: ${messageOf(error)}`, { cause: error })
    }
  }
  if (isDocument(format) && attempt(() => isReplaceable(path)))
    return printer((text) => attempt(() => replaceFile(path, text)))
  const descriptor = attempt(() => openSync(path, 'w', 0o600))
  const emit = printer((text) => attempt(() => writeSync(descriptor, text)))
  return (event) => {
    emit(event)
    if (event.kind === 'recap') closeSync(descriptor)
  }
}

/** Whether a report is one document, which is complete at the end only. */
function isDocument(format: Format): boolean {
  return format === 'json' || format === 'junit' || format === 'html'
}

// A device or a pipe is written to; so is a file in a folder where nothing can be made.
function isReplaceable(path: string): boolean {
  const old = statSync(path, { throwIfNoEntry: false })
  if (old !== undefined && !old.isFile()) return false
  if (old !== undefined) accessSync(path, constants.W_OK)
  const folder = dirname(old === undefined ? path : realpathSync(path))
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch (error) {
    if (old === undefined) throw error
    return false
  }
}
