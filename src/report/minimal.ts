import type { Emit } from '../core/events.ts'
import { printable } from '../core/printable.ts'
import type { TaskResult } from '../core/result.ts'
import { colorsFor } from './colors.ts'
import { toJson } from './text.ts'

const WORDS = {
  ok: 'SUCCESS',
  changed: 'CHANGED',
  failed: 'FAILED!',
  skipped: 'SKIPPED',
  unreachable: 'UNREACHABLE!',
} as const

/** Prints results alone, as `ansible` does for one module: a command's output as it is, other results as JSON. */
export function minimalPrinter({
  write,
  color,
}: {
  readonly write: (text: string) => void
  readonly color: boolean
}): Emit {
  const colors = colorsFor(color)
  return (event) => {
    if (event.kind === 'warning') write(`${colors.warning(`[WARNING]: ${printable(event.message)}`)}\n`)
    else if (event.kind === 'result')
      write(`${colors[event.result.status](printable(textOf(event.host, event.result)))}\n`)
  }
}

function textOf(host: string, { status, fields: all }: TaskResult): string {
  // The word before says whether it failed or was skipped.
  const { failed, skipped, ...fields } = all
  const { rc, stdout, stderr } = fields
  if (rc === undefined || status === 'unreachable')
    return `${host} | ${WORDS[status]} => ${toJson(fields, 4)}`
  const word = WORDS[status].replace('!', '')
  return `${host} | ${word} | rc=${String(rc)} >>\n${[stdout, stderr].filter(Boolean).join('\n')}`
}
