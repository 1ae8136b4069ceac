import { parseInteger } from '../../core/values/numbers.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'
import { formatPercent } from '../python/percent.ts'
import type { Lookup } from './define.ts'
import { termOptions } from './find.ts'

const names = ['start', 'end', 'count', 'stride', 'format']
const shortcut = /^(?:(0x[\da-f]+|\d+)-)?(0x[\da-f]+|\d+)(?:\/(-?(?:0x[\da-f]+|\d+)))?(?::(.+))?$/i

function number(value: unknown, name: string): number {
  const found = parseInteger(str(value), 0)
  if (found === undefined)
    throw new EvaluationError(`lookup 'sequence': can't parse ${name}=${str(value)} as integer`)
  return Number(found)
}

function read(term: string): Record<string, unknown> {
  const match = shortcut.exec(term)
  if (match === null) return termOptions(term, names).options
  const [, start, end, stride, format] = match
  return {
    end,
    ...(start === undefined ? {} : { start }),
    ...(stride === undefined ? {} : { stride }),
    ...(format === undefined ? {} : { format }),
  }
}

function one(options: Record<string, unknown>): unknown[] {
  const start = number(options.start ?? 1, 'start')
  if (options.end === undefined && options.count === undefined)
    throw new EvaluationError('must specify count or end in with_sequence')
  if (options.end !== undefined && options.count !== undefined)
    throw new EvaluationError("can't specify both count and end in with_sequence")
  const count = options.count === undefined ? undefined : number(options.count, 'count')
  const given = options.stride === undefined ? undefined : number(options.stride, 'stride')
  if (count === 0) return []
  const stride = given ?? 1
  const end = count === undefined ? number(options.end, 'end') : start + count * stride - stride
  if (stride === 0) return []
  if (stride > 0 && end < start) throw new EvaluationError('to count backwards make stride negative')
  if (stride < 0 && end > start) throw new EvaluationError("to count forward don't make stride negative")
  const format = options.format === undefined ? '%d' : str(options.format)
  const items: unknown[] = []
  for (let value = start; stride > 0 ? value <= end : value >= end; value += stride)
    items.push(formatPercent(format, value))
  return items
}

/** Numbers as text, from `start=0 end=8 stride=2 format=host%02d` or the short form `0-8/2:host%02d`. */
export const sequence: Lookup = (terms, options) => {
  if (terms.length === 0) return one({ ...options })
  return terms.flatMap((term) => one({ ...options, ...read(text(term, 'a sequence')) }))
}
