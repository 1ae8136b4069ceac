/** A limit of limits.conf(5) as it is wanted: `domain type item value`. */
export interface LimitWish {
  readonly domain: string
  readonly limit_type: string
  readonly limit_item: string
  readonly value: string
  /** Only a higher value, or only a lower one, takes the place of the one that is there. */
  readonly use_max: boolean
  readonly use_min: boolean
  readonly comment: string
}

const LINE = /^\s*([^\s#]\S*)\s+(hard|soft|-)\s+(\S+)\s+([^\s#]+)/

/** Puts a limit into a file; later lines for the same limit go, since the last one would count. */
export function putLimit(text: string, wish: LimitWish): string {
  const wanted = `${wish.domain}\t${wish.limit_type}\t${wish.limit_item}\t`
  const comment = wish.comment === '' ? '' : `\t#${wish.comment}`
  const lines = text.split('\n')
  let placed = false
  const kept = lines.flatMap((line) => {
    const [, domain, type, item, value = ''] = LINE.exec(line) ?? []
    if (domain !== wish.domain || type !== wish.limit_type || item !== wish.limit_item) return [line]
    if (placed) return []
    placed = true
    const fresh = chosen(value, wish)
    return fresh === value ? [line] : [`${wanted}${fresh}${comment}`]
  })
  if (placed) return kept.join('\n')
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${ended}${wanted}${wish.value}${comment}\n`
}

function chosen(old: string, { value, use_max, use_min }: LimitWish): string {
  const [before, after] = [numberOf(old), numberOf(value)]
  if (use_max) return after > before ? value : old
  if (use_min) return after < before ? value : old
  return value
}

function numberOf(value: string): number {
  return ['unlimited', 'infinity', '-1'].includes(value) ? Number.POSITIVE_INFINITY : Number(value)
}
