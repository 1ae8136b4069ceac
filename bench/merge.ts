/** Sections of a page by their title: what is between a heading and the next of its depth. */
type Sections = ReadonlyMap<string, string>

/** A part of the benchmarks: its title, and its tables, empty where it did not run. */
export type Part = readonly [title: string, text: string]

/**
 * The page after a run that may have measured only some parts, hosts or latencies. What was measured replaces the rows of
 * the same title, whole; all other rows, and parts that did not run, stay.
 */
export function mergePage(introduction: string, parts: readonly Part[], page: string): string {
  const old = sections(page, '## ')
  const merged = parts.map(([title, text]) => [title, mergePart(old.get(title) ?? '', text)] as const)
  return [introduction, ...headed('## ', merged)].join('\n')
}

// Only tables under headings gain rows run by run; a part without them is always measured whole.
function mergePart(old: string, text: string): string {
  if (text === '') return old
  const [known, found] = [sections(old, '### '), sections(text, '### ')]
  if (found.size === 0) return text
  const titles = [...new Set([...known.keys(), ...found.keys()])]
  return headed(
    '### ',
    titles.map((title) => [title, mergeTables(known.get(title) ?? '', found.get(title) ?? '')]),
  ).join('\n')
}

function headed(mark: string, parts: readonly Part[]): readonly string[] {
  return parts.flatMap(([title, text]) => (text === '' ? [] : [`${mark}${title}\n\n${text.trim()}\n`]))
}

function sections(text: string, mark: string): Sections {
  const [, ...pieces] = `\n${text}`.split(`\n${mark}`)
  return new Map(
    pieces.map((piece) => {
      const [title = '', ...rest] = piece.split('\n')
      return [title, rest.join('\n').trim()]
    }),
  )
}

interface Table {
  readonly columns: readonly string[]
  /** Row title → column → cell. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** Both tables as one: rows of the second replace those of the first; columns that have no figure left go. */
export function mergeTables(first: string, second: string): string {
  const [old, found] = [parseTable(first), parseTable(second)]
  const rows = new Map([...old.rows, ...found.rows])
  const all = [...new Set([...found.columns, ...old.columns])]
  const isFilled = (column: string) =>
    column === all[0] || [...rows.values()].some((cells) => (cells.get(column) ?? '-') !== '-')
  const columns = all.filter(isFilled)
  const lines = [...rows].map(([title, cells]) => [
    title,
    ...columns.slice(1).map((column) => cells.get(column) ?? '-'),
  ])
  if (lines.length === 0) return ''
  const rule = `|---|${'--:|'.repeat(columns.length - 1)}`
  return [lineOf(columns), rule, ...lines.map(lineOf)].join('\n')
}

const lineOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function parseTable(text: string): Table {
  const [columns = [], , ...lines] = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  const rows = lines.map(([title = '', ...cells]) => {
    const named = cells.map((cell, index) => [columns[index + 1] ?? '', cell] as const)
    return [title, new Map(named)] as const
  })
  return { columns, rows: new Map(rows) }
}
