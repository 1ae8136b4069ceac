import type { Change } from '../core/module.ts'
import { compactJson } from '../core/values/json.ts'

/** One entry of a result's `diff`, as Ansible's callbacks read it. */
export interface Diff {
  readonly before: string
  readonly after: string
  readonly before_header: string
  readonly after_header: string
}

/** Turns a plan's changes into diffs: one for each file's content, and one for all that are no texts. */
export function diffOf(changes: readonly Change[]): readonly Diff[] {
  const texts = changes.filter((change) => change.file !== undefined)
  // What was done for its own sake, such as a command, has no state before to compare with.
  const values = changes.filter((change) => change.file === undefined && change.before !== undefined)
  const diffs = texts.map(({ file = '', before, after }) => ({
    before: asText(before),
    after: asText(after),
    before_header: file,
    after_header: file,
  }))
  if (values.length === 0) return diffs
  const side = (pick: (change: Change) => unknown) =>
    values.map((change) => `${change.what}: ${asText(pick(change))}\n`).join('')
  return [
    ...diffs,
    {
      before: side(({ before }) => before),
      after: side(({ after }) => after),
      before_header: 'before',
      after_header: 'after',
    },
  ]
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : compactJson(value)
}
