import type { Context } from '../jinja/context.ts'

/** A filter: its parameters after the value, in order (see `bind`), and what it does. */
export interface FilterRule {
  readonly parameters: readonly string[]
  readonly run: (value: unknown, args: unknown[], context: Context) => unknown
  /** It takes undefined values, as `default` does; for all others they are an error. */
  readonly takesUndefined: boolean
}

export type FilterTable = Readonly<Record<string, FilterRule>>

/** Declares a filter; `parameters` are names between spaces. */
export function filter(
  parameters: string,
  run: FilterRule['run'],
  takesUndefined: 'takes undefined' | '' = '',
): FilterRule {
  return {
    parameters: parameters === '' ? [] : parameters.split(' '),
    run,
    takesUndefined: takesUndefined !== '',
  }
}
