import type { Edited } from './plan-edit.ts'
import { pythonRegex } from './python-regex.ts'
import { splitLines } from './text-lines.ts'

export interface BlockWish {
  readonly state: 'present' | 'absent'
  readonly block: string
  readonly marker: string
  readonly marker_begin: string
  readonly marker_end: string
  readonly insertafter: string | undefined
  readonly insertbefore: string | undefined
  readonly prepend_newline: boolean
  readonly append_newline: boolean
}

/**
 * Puts a block between its two marker lines into a text, or takes it out, by the rules of Ansible's documentation. The
 * last of each marker counts; where one is missing the block is new and goes where `insertafter` or `insertbefore` say.
 * @param bytes undefined when there is no file yet
 */
export function editBlock(bytes: Buffer | undefined, wish: BlockWish): Edited {
  const lines = [...splitLines(bytes ?? Buffer.alloc(0)).lines]
  const present = wish.state === 'present' && wish.block !== ''
  const begin = markerLine(wish.marker, wish.marker_begin)
  const end = markerLine(wish.marker, wish.marker_end)
  const block = present ? [begin, ended(latin(wish.block)), end] : []

  const marks = [lines.lastIndexOf(begin), lines.lastIndexOf(end)].sort((a, b) => a - b)
  const [first = -1, last = -1] = marks
  const at = first < 0 ? insertionPoint(lines, wish) : first
  if (first >= 0) lines.splice(first, last - first + 1)
  const before = lines[at - 1]
  if (before !== undefined) lines[at - 1] = ended(before)
  if (wish.state === 'present' && wish.prepend_newline && at > 0 && lines[at - 1] !== '\n')
    block.unshift('\n')
  const after = lines[at]
  if (wish.state === 'present' && wish.append_newline && after !== undefined && after !== '\n')
    block.push('\n')
  lines.splice(at, 0, ...block)

  const edited = Buffer.from(lines.join(''), 'latin1')
  if (bytes !== undefined && edited.equals(bytes)) return { bytes, msg: '' }
  if (bytes === undefined) return { bytes: edited, msg: 'File created' }
  return { bytes: edited, msg: present ? 'Block inserted' : 'Block removed' }
}

function insertionPoint(lines: readonly string[], { insertafter, insertbefore }: BlockWish): number {
  if (insertbefore === 'BOF') return 0
  const pattern = insertafter ?? insertbefore
  if (pattern === undefined || insertafter === 'EOF') return lines.length
  const regex = pythonRegex(pattern)
  // With the multi-line flag a pattern may reach over lines, and its first match counts.
  const index = regex.flags.includes('m')
    ? lineOf(lines, regex, insertafter !== undefined)
    : lines.findLastIndex((line) => regex.test(line))
  if (index < 0) return lines.length
  return insertafter === undefined ? index : index + 1
}

function lineOf(lines: readonly string[], regex: RegExp, atEnd: boolean): number {
  const text = lines.join('')
  const match = regex.exec(text)
  if (match === null) return -1
  const upTo = text.slice(0, match.index + (atEnd ? match[0].length : 0))
  return upTo.split('\n').length - 1
}

function markerLine(marker: string, word: string): string {
  return `${latin(marker.replaceAll('{mark}', () => word))}\n`
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

function latin(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
