import { Parser } from 'yaml'
import type { Document, Item, Notes, Tree } from './tree.ts'

/** Where an entry of a dictionary or list is written; lines and columns count from 1. */
export interface Anchor {
  readonly line: number
  readonly column: number
  /** The line where its value begins, and the one where it ends. */
  readonly insideLine: number
  readonly endLine: number
  /** Its value is a list or dictionary. */
  readonly collection: boolean
}

interface Comment {
  readonly line: number
  readonly column: number
  readonly text: string
  /** Nothing else stands on its line. */
  readonly alone: boolean
}

/** What was found for one anchor. */
interface Found {
  readonly before: Comment[]
  readonly end: Comment[]
  after?: string
}

/**
 * Gives each comment to the entry it speaks of: one alone on its line to the entry below it, unless that is indented
 * less: then it ends what is above it; one behind an entry to that entry.
 * @param draft a tree whose entries carry the number of their anchor as `id`
 */
export function attachComments(text: string, draft: Tree, anchors: readonly Anchor[]): Document {
  const lines = text.split('\n')
  const found: Found[] = anchors.map(() => ({ before: [], end: [] }))
  const header: Comment[] = []
  for (const comment of commentsOf(text)) {
    const next = anchors.findIndex(({ line }) => line > comment.line)
    const above = anchors.findLastIndex(({ line }) => line <= comment.line)
    const target = comment.alone ? undefined : behind(comment, anchors, found, above)
    if (target !== undefined && target.after === undefined) target.after = comment.text
    else if (!comment.alone && above !== -1) found[above]?.before.push(comment)
    else if (next !== -1 && comment.column <= (anchors[next]?.column ?? 0)) found[next]?.before.push(comment)
    else if (above === -1) header.push(comment)
    else found[closed(comment, anchors, above)]?.end.push(comment)
  }
  const [top, first] = splitHeader(found[0]?.before ?? [], anchors[0]?.line ?? 0, lines)
  found[0]?.before.splice(0, found[0].before.length, ...first)
  return {
    tree: finish(draft, anchors, found, lines),
    header: block([...header, ...top], lines),
  }
}

function commentsOf(text: string): readonly Comment[] {
  const comments: Comment[] = []
  const lines = text.split('\n')
  const starts = [0]
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1)
  const visit = (token: unknown): void => {
    if (Array.isArray(token)) for (const one of token) visit(one)
    else if (typeof token === 'object' && token !== null) {
      const { type, offset, source } = token as { type?: string; offset?: number; source?: string }
      if (type === 'comment' && offset !== undefined && source !== undefined) {
        const index = starts.findLastIndex((start) => start <= offset)
        const column = offset - (starts[index] ?? 0)
        const alone = (lines[index] ?? '').slice(0, column).trim() === ''
        comments.push({ line: index + 1, column: column + 1, text: source.slice(1).trimEnd(), alone })
      }
      for (const part of Object.values(token)) if (typeof part === 'object') visit(part)
    }
  }
  visit([...new Parser().parse(text)])
  return comments.sort((one, other) => one.line - other.line)
}

// The outermost entry that ends on the comment's line, or the one whose text begins behind it.
function behind(comment: Comment, anchors: readonly Anchor[], found: readonly Found[], above: number) {
  const ending = anchors.findIndex(({ line, endLine }) => line === comment.line && endLine === line)
  if (ending !== -1) return found[ending]
  const last = anchors[above]
  return last?.endLine === comment.line && !last.collection ? found[above] : undefined
}

// A comment that is indented deeper than what follows ends the list or dictionary that is indented as it is.
function closed(comment: Comment, anchors: readonly Anchor[], above: number): number {
  return Math.max(
    0,
    anchors.findLastIndex(({ column }, index) => index <= above && column <= comment.column),
  )
}

// What a blank line separates from the first entry speaks of the whole file.
function splitHeader(comments: readonly Comment[], line: number, lines: readonly string[]) {
  const blankBelow = ({ line: at }: Comment) => (lines[at] ?? '').trim() === '' && at < line
  const cut = comments.findLastIndex(blankBelow) + 1
  return [comments.slice(0, cut), comments.slice(cut)] as const
}

function block(comments: readonly Comment[], lines: readonly string[]): readonly string[] {
  return comments.flatMap(({ line, text }, index) => {
    const separated = index > 0 && (lines[line - 2] ?? '').trim() === ''
    return separated ? ['', text] : [text]
  })
}

// A blank line above what ends a list stays.
function apart([first]: readonly Comment[], lines: readonly string[]): readonly string[] {
  return first !== undefined && (lines[first.line - 2] ?? 'x').trim() === '' ? [''] : []
}

function finish(
  tree: Tree,
  anchors: readonly Anchor[],
  found: readonly Found[],
  lines: readonly string[],
): Tree {
  if (tree.kind !== 'list' && tree.kind !== 'dict') return tree
  const ends: string[] = []
  const done = <T extends Item>(item: T): T => {
    const { id, ...rest } = item as T & { readonly id?: number }
    const value = finish(item.value, anchors, found, lines)
    const anchor = id === undefined ? undefined : anchors[id]
    const own = id === undefined ? undefined : found[id]
    if (anchor === undefined || own === undefined) return { ...rest, value } as unknown as T
    ends.push(...apart(own.end, lines), ...block(own.end, lines))
    return { ...rest, value, notes: notesOf(anchor, own, lines) } as unknown as T
  }
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(done), end: ends }
  return { ...tree, entries: tree.entries.map(done), end: ends }
}

function notesOf(anchor: Anchor, { before, after }: Found, lines: readonly string[]): Notes {
  const empty = (line: number) => (lines[line - 1] ?? 'x').trim() === ''
  const top = Math.min(anchor.line, before[0]?.line ?? anchor.line)
  const below = before.length > 0 && empty(anchor.line - 1) && (before.at(-1)?.line ?? 0) < anchor.line
  return {
    before: [...block(before, lines), ...(below ? [''] : [])],
    ...(after === undefined ? {} : { after }),
    blank: empty(top - 1),
  }
}
