import type { Script } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'

/** What the target printed, for the parsers of topics. */
export interface Source {
  /** A file's text without the last line break; undefined when there is no such file, or nothing in it. */
  file(path: string): string | undefined
  /** The files below a folder that were read, by path. */
  below(folder: string): readonly (readonly [string, string])[]
  /** What a topic's script printed; empty when it was not run. */
  printed(topic: string): string
}

/** One topic of facts: what to read, and how to read it. */
export interface Topic {
  readonly name: string
  /** The names under which `gather_subset` asks for it, besides its own: groups and single facts. */
  readonly subsets: readonly string[]
  /** Files whose text is read; shell patterns are expanded. */
  readonly files?: readonly string[]
  /** Shell for what is in no file. It prints to its own section. */
  readonly script?: Script
  /** Pure; names without `ansible_`. */
  readonly parse: (source: Source) => Variables
}

/** Begins a section; a control character that no file in question holds. */
export const SECTION = '\u0001'

/** Takes apart what the probe printed: `path:line` for each file, then each topic's own section. */
export function readSource(text: string): Source {
  const [files = '', ...sections] = text.split(SECTION)
  const lines = new Map<string, string[]>()
  for (const row of files.split('\n')) {
    const end = row.indexOf(':')
    if (end === -1) continue
    const path = row.slice(0, end)
    const known = lines.get(path)
    if (known === undefined) lines.set(path, [row.slice(end + 1)])
    else known.push(row.slice(end + 1))
  }
  const printed = new Map(
    sections.map((section) => {
      const end = section.indexOf('\n')
      return [section.slice(0, end), section.slice(end + 1)]
    }),
  )
  return {
    file: (path) => lines.get(path)?.join('\n'),
    below: (folder) =>
      [...lines]
        .filter(([path]) => path.startsWith(`${folder}/`))
        .map(([path, rows]) => [path, rows.join('\n')] as const),
    printed: (topic) => printed.get(topic) ?? '',
  }
}
