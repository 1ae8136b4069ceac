import { TemplateError } from '../../core/errors.ts'
import type { Location } from '../../core/location.ts'
import { EvaluationError, UndefinedUse } from '../../core/values/types.ts'

/** A template used a variable, key or attribute that does not exist. */
export class UndefinedVariableError extends TemplateError {
  override readonly code = 'UNDEFINED'
  /** The full path as written, such as `foo.bar`. */
  readonly variable: string

  constructor(message: string, variable: string, options: ConstructorParameters<typeof TemplateError>[1]) {
    super(message, options)
    this.variable = variable
  }
}

/** The text of a template, for pointing at a place in it. */
export interface Place {
  readonly source: string
  /** The file the source is all of; otherwise it is a value somewhere in the file that the caller names. */
  readonly file?: string | undefined
  /** Lines of the file before the source: a `#jinja2:` header. */
  readonly skipped?: number
}

/** Turns whatever went wrong in a template into an error with its file, line and the text around it. */
export function placed(
  error: unknown,
  place: Place,
  line: number,
  column: number,
  context?: { readonly at: Location | undefined },
): unknown {
  if (error instanceof TemplateError) return error
  const own = positionOf(error)
  const [row, start] = own ?? [line, column]
  const options = {
    ...locate(place, row, start, context?.at),
    ...(place.source === '' ? {} : { hint: excerpt(place.source, row, start) }),
    ...(error instanceof EvaluationError ? {} : { cause: error }),
  }
  if (error instanceof UndefinedUse) return new UndefinedVariableError(error.message, error.variable, options)
  return new TemplateError(describe(error), options)
}

function describe(error: unknown): string {
  if (error instanceof RangeError && /call stack/i.test(error.message))
    return 'the template calls itself without end'
  const message = error instanceof Error ? error.message : String(error)
  return message
    .replace(/^\(unknown path\)( \[Line \d+(, Column \d+)?\])?\s*/, '')
    .replace(/^(Template render )?error:\s*/i, '')
}

/** nunjucks' parser and our lexer put the place on the error itself. */
function positionOf(error: unknown): [number, number] | undefined {
  if (!(error instanceof Error) || !('lineno' in error) || typeof error.lineno !== 'number') return undefined
  return [error.lineno, 'colno' in error && typeof error.colno === 'number' ? error.colno : 1]
}

function locate(place: Place, line: number, column: number, at: Location | undefined): { at?: Location } {
  if (place.file !== undefined) return { at: { file: place.file, line: line + (place.skipped ?? 0), column } }
  if (at === undefined) return {}
  if (at.line === undefined || line === 1) return { at }
  return { at: { file: at.file, line: at.line + line - 1 } }
}

/** The line of the template with a mark below the place; of long lines the part around it. */
function excerpt(source: string, line: number, column: number): string {
  const text = source.split('\n')[line - 1] ?? ''
  const start = Math.max(0, Math.min(column - 41, text.length - 80))
  return `in: ${text.slice(start, start + 80)}\n${' '.repeat(4 + Math.max(0, column - 1 - start) + 2)}^`
}
