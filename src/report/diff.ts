import { createTwoFilesPatch } from 'diff'
import { printable } from '../core/printable.ts'
import { compactJson } from '../core/values/json.ts'
import { colorsFor } from './colors.ts'

/** Bounds of what is compared and shown. */
export interface DiffLimits {
  /** Longer texts are not compared, in characters; 0 for any length. Ansible's MAX_FILE_SIZE_FOR_DIFF. */
  readonly largest: number
  /** Lines around each difference. Ansible's DIFF_CONTEXT. */
  readonly context: number
}

const LIMITS: DiffLimits = { largest: 104_448, context: 3 }

interface Diff {
  readonly before?: unknown
  readonly after?: unknown
  readonly before_header?: string
  readonly after_header?: string
}

/** Formats a result's diffs as unified diffs. */
export function formatDiffs(diffs: readonly Diff[], color: boolean, limits: DiffLimits = LIMITS): string {
  return diffs
    .map((diff) => formatDiff(diff, color, limits))
    .filter((text) => text !== '')
    .join('\n')
}

function formatDiff(
  { before, after, before_header, after_header }: Diff,
  color: boolean,
  { largest, context }: DiffLimits,
): string {
  const old = textOf(before)
  const fresh = textOf(after)
  if (old === fresh) return ''
  const from = printable(before_header ?? 'before')
  const to = printable(after_header ?? 'after')
  if (largest > 0 && Math.max(old.length, fresh.length) > largest)
    return `--- ${from}\n+++ ${to}\n(too large to show)`
  if (/\0/.test(old) || /\0/.test(fresh)) return `--- ${from}\n+++ ${to}\n(binary content)`
  const patch = createTwoFilesPatch(
    `before: ${from}`.replace(/^before: before$/, 'before'),
    `after: ${to}`.replace(/^after: after$/, 'after'),
    old,
    fresh,
    undefined,
    undefined,
    { context },
  )
  return paint(patch.split('\n').slice(1), color).join('\n')
}

// A side may be a dictionary of what is compared: a line for each entry.
function textOf(side: unknown): string {
  if (typeof side !== 'object' || side === null) return String(side ?? '')
  return Object.entries(side)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : compactJson(value)}\n`)
    .join('')
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
