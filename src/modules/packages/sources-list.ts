/** A line of a sources.list file; what is no source stays as it was written. */
export interface SourceLine {
  readonly text: string
  /** The source with single blanks; undefined where the line is none. */
  readonly source: string | undefined
  readonly enabled: boolean
  readonly comment: string
}

export type SourceFiles = Readonly<Record<string, string>>

/** Reads one line: `deb …`, possibly after a `#`, possibly with a comment behind it. */
export function readSourceLine(text: string): SourceLine {
  const [, mark = '', body = '', comment = ''] = /^\s*(#?)([^#]*)(?:#(.*))?$/.exec(text) ?? []
  const words = body.trim().split(/\s+/)
  const isSource = words[0] === 'deb' || words[0] === 'deb-src'
  return {
    text,
    source: isSource ? words.join(' ') : undefined,
    enabled: mark === '',
    comment: comment.trim(),
  }
}

/** The name apt_repository gives a file of a source: its address without protocol, options and credentials. */
export function sourceFileName(source: string): string {
  const plain = source.replace(/\[[^\]]+\]/, '').replace(/\w+:\/\//, '')
  const [address = ''] = plain
    .split(/\s+/)
    .filter((word) => word !== 'deb' && word !== 'deb-src' && word !== '')
  return `${address
    .replace(/^[^@]*@/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .join('_')}.list`
}

/**
 * What the files are to hold so that a source is there, or is not. One that is switched off is switched on where it
 * stands; a new one goes into the file given. A file without any line is left out.
 */
export function changeSources(
  files: SourceFiles,
  source: string,
  to: { readonly state: 'present' | 'absent'; readonly file: string },
): SourceFiles {
  const changed: Record<string, string> = {}
  let found = false
  for (const [path, text] of Object.entries(files)) {
    const lines = text.replace(/\n$/, '').split('\n').map(readSourceLine)
    const kept = lines.flatMap((line) => {
      if (line.source !== source) return [line.text]
      found = true
      if (to.state === 'absent') return line.enabled ? [] : [line.text]
      return line.enabled ? [line.text] : [`${source}${line.comment === '' ? '' : ` # ${line.comment}`}`]
    })
    const isSame = kept.every((line, index) => line === lines[index]?.text) && kept.length === lines.length
    if (isSame) changed[path] = text
    else if (kept.length > 0) changed[path] = `${kept.join('\n')}\n`
  }
  if (to.state === 'present' && !found) {
    const before = changed[to.file] ?? ''
    changed[to.file] = `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${source}\n`
  }
  return changed
}
