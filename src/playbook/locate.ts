import { readFileSync } from 'node:fs'
import type { Location } from '../core/location.ts'
import { isDictionary } from '../core/values/dictionary.ts'

/**
 * Finds where entries of a TypeScript file are written. JavaScript keeps no positions for object literals, so each
 * entry is looked for in the text: by its name where it has one, else by its first key, from where the entry before
 * it was found. An entry that code computes has no text of its own; it gets the place of the one before it.
 */
export function locateInCode(file: string, value: unknown): (entry: unknown, key?: string) => Location {
  let places: Map<unknown, number> | undefined
  let text = ''
  return (entry, key) => {
    if (places === undefined) {
      text = readFileSync(file, 'utf8')
      places = new Map()
      visit(value, text, 0, places)
    }
    const offset = places.get(entry)
    if (offset === undefined) return { file }
    const found = key === undefined ? -1 : search(text, keyPattern(key), offset)
    return position(file, text, found === -1 ? offset : found)
  }
}

// Walks entries in the order they are written and gives the offset after the last one found.
function visit(value: unknown, text: string, from: number, places: Map<unknown, number>): number {
  if (!Array.isArray(value)) return from
  let cursor = from
  for (const entry of value) {
    if (!isDictionary(entry)) continue
    const found = search(text, entryPattern(entry), cursor)
    places.set(entry, found === -1 ? cursor : found)
    cursor = found === -1 ? cursor : found + 1
    for (const list of ['pre_tasks', 'tasks', 'block', 'rescue', 'always', 'post_tasks', 'handlers']) {
      cursor = visit(entry[list], text, cursor, places)
    }
  }
  return cursor
}

function entryPattern(entry: Readonly<Record<string, unknown>>): RegExp {
  if (typeof entry.name === 'string') {
    const name = entry.name.split(/['"`\\\n]/)[0] ?? ''
    return new RegExp(`(['"]?)name\\1\\s*:\\s*['"\`]${escapeRegExp(name)}`, 'g')
  }
  return keyPattern(Object.keys(entry)[0] ?? '')
}

function keyPattern(key: string): RegExp {
  return new RegExp(`(?<![\\w$.])(['"]?)${escapeRegExp(key)}\\1\\s*[:(]`, 'g')
}

function search(text: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? -1
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function position(file: string, text: string, offset: number): Location {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { file, line, column: offset - before.lastIndexOf('\n') }
}
