/** The fields of an entry of fstab(5). */
export interface Entry {
  readonly src: string
  readonly path: string
  readonly fstype: string
  readonly opts: string
  readonly dump: string
  readonly passno: string
}

/** In fstab(5) blanks and line breaks are octal numbers; Ansible writes & so, too. */
function escaped(field: string): string {
  return field
    .replaceAll('\\', '\\134')
    .replaceAll(' ', '\\040')
    .replaceAll('\t', '\\011')
    .replaceAll('&', '\\046')
    .replaceAll('\n', '\\012')
    .replaceAll('\r', '\\015')
}

function parseLine(line: string): Entry | undefined {
  if (line.trim() === '' || line.trim().startsWith('#')) return undefined
  const [src = '', path = '', fstype = '', opts = '', dump = '0', passno = '0', ...rest] = line
    .trim()
    .split(/\s+/)
  return opts === '' || rest.length > 0 ? undefined : { src, path, fstype, opts, dump, passno }
}

// Swap has no place to be mounted on, so that there the source tells which it is.
function isMeant(line: Entry, path: string, src: string | undefined): boolean {
  if (line.path !== escaped(path)) return false
  return !(line.path === 'none' && line.fstype === 'swap' && src !== undefined && line.src !== escaped(src))
}

/** The text of fstab(5) with an entry as wanted; the same text when it is there. */
export function withEntry(text: string, entry: Entry): string {
  const wanted: Entry = {
    src: escaped(entry.src),
    path: escaped(entry.path),
    fstype: escaped(entry.fstype),
    opts: escaped(entry.opts),
    dump: escaped(entry.dump),
    passno: escaped(entry.passno),
  }
  const { src, path, fstype, opts, dump, passno } = wanted
  const written = [src, path, fstype, opts, dump, passno].join(' ')
  let found = false
  const lines = linesOf(text).map((line) => {
    const fields = parseLine(line)
    if (fields === undefined || !isMeant(fields, entry.path, entry.src)) return line
    found = true
    const same = (Object.keys(wanted) as (keyof Entry)[]).every((key) => fields[key] === wanted[key])
    return same ? line : written
  })
  const result = [...lines, ...(found ? [] : [written])]
  return joined(result) === joined(linesOf(text)) ? text : joined(result)
}

/** The text of fstab(5) without the entry of a path. */
export function withoutEntry(text: string, path: string, src: string | undefined): string {
  const kept = linesOf(text).filter((line) => {
    const fields = parseLine(line)
    return fields === undefined || !isMeant(fields, path, src)
  })
  return kept.length === linesOf(text).length ? text : joined(kept)
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
