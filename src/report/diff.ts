import { createTwoFilesPatch } from 'diff'
import { colorsFor } from './colors.ts'
import { printable } from './text.ts'

/** Longer texts are not compared: Ansible's MAX_FILE_SIZE_FOR_DIFF, in characters. */
const LARGEST = 104_448

interface Diff {
  readonly before?: unknown
  readonly after?: unknown
  readonly before_header?: string
  readonly after_header?: string
}

/** Formats a result's diffs as unified diffs with three lines of context. */
export function formatDiffs(diffs: readonly Diff[], color: boolean): string {
  return diffs.map((diff) => formatDiff(diff, color)).join('\n')
}

function formatDiff({ before, after, before_header, after_header }: Diff, color: boolean): string {
  const old = String(before ?? '')
  const fresh = String(after ?? '')
  const from = before_header ?? 'before'
  const to = after_header ?? 'after'
  if (old.length > LARGEST || fresh.length > LARGEST) return `--- ${from}\n+++ ${to}\n(too large to show)`
  if (/\0/.test(old) || /\0/.test(fresh)) return `--- ${from}\n+++ ${to}\n(binary content)`
  const patch = createTwoFilesPatch(
    `before: ${from}`.replace(/^before: before$/, 'before'),
    `after: ${to}`.replace(/^after: after$/, 'after'),
    old,
    fresh,
    undefined,
    undefined,
    { context: 3 },
  )
  return paint(patch.split('\n').slice(1), color).join('\n')
}

function paint(lines: readonly string[], color: boolean): readonly string[] {
  const colors = colorsFor(color)
  return lines.map((line) => {
    const text = printable(line)
    if (text.startsWith('+')) return colors.added(text)
    if (text.startsWith('-')) return colors.removed(text)
    return text.startsWith('@@') ? colors.hunk(text) : text
  })
}
