import type { Context } from '../jinja/context.ts'

/** A test (`x is name`): its parameters after the value, in order, and what it asks. */
export interface TestRule {
  readonly parameters: readonly string[]
  readonly run: (value: unknown, args: unknown[], context: Context) => boolean
  readonly takesUndefined: boolean
}

export type TestTable = Readonly<Record<string, TestRule>>

export function test(
  parameters: string,
  run: TestRule['run'],
  takesUndefined: 'takes undefined' | '' = '',
): TestRule {
  return {
    parameters: parameters === '' ? [] : parameters.split(' '),
    run,
    takesUndefined: takesUndefined !== '',
  }
}
