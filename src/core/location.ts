import { relative } from 'node:path'

/** A place in a file that a person can open. Lines and columns count from 1. */
export interface Location {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/**
 * Writes a location as editors and terminals understand it: `file:line:column`.
 * @param location the place; parts that are missing are left out
 * @param cwd when given, files below it are written relative to it
 */
export function formatLocation({ file, line, column }: Location, cwd?: string): string {
  const shown = cwd === undefined ? file : shortenPlace(file, cwd)
  return [shown, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
}

/** A file's name, or a written location, relative to a directory that it lies in; else as it is. */
export function shortenPlace(place: string, cwd: string): string {
  const short = relative(cwd, place)
  return short === '' || short.startsWith('..') ? place : short
}
