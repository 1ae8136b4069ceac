import { ArgumentError } from '../../../core/errors.ts'
import type { Change, Step } from '../../../core/module.ts'
import { PLACE } from '../../../core/place.ts'
import { lines, sh } from '../../../core/quote.ts'
import { hostPath } from '../path-state.ts'

/** A file's two times as `touch -t` and `date` write them, in the target's own time zone: `YYYYMMDDhhmm.ss`. */
export interface LocalTimes {
  readonly modification: string
  readonly access: string
}

const PARTS: Readonly<Record<string, readonly [field: string, pattern: string]>> = {
  Y: ['year', '\\d{4}'],
  y: ['shortYear', '\\d{2}'],
  m: ['month', '\\d{1,2}'],
  d: ['day', '\\d{1,2}'],
  H: ['hour', '\\d{1,2}'],
  M: ['minute', '\\d{1,2}'],
  S: ['second', '\\d{1,2}'],
}

/**
 * Reads a time by a format of Python's strptime and gives it as `YYYYMMDDhhmm.ss`.
 * @throws {ArgumentError} when the time does not match, or the format has a directive that is not supported
 */
export function parseTime(text: string, format: string): string {
  const names: string[] = []
  const pattern = format.replace(/%(.)|[\\^$.*+?()[\]{}|]/g, (token, letter: string | undefined) => {
    if (letter === undefined) return `\\${token}`
    if (letter === '%') return '%'
    const part = PARTS[letter]
    if (part === undefined) {
      throw new ArgumentError(
        `the time format ${JSON.stringify(format)} holds ${token}, which is not supported`,
        {
          hint: 'Supported are %Y %y %m %d %H %M %S.',
        },
      )
    }
    names.push(part[0])
    return `(${part[1]})`
  })
  const match = new RegExp(`^${pattern}$`).exec(text)
  if (match === null) {
    throw new ArgumentError(
      `the time ${JSON.stringify(text)} does not match its format ${JSON.stringify(format)}`,
    )
  }
  const found = new Map(names.map((name, index) => [name, Number(match[index + 1])]))
  const short = found.get('shortYear')
  // POSIX: two digits from 69 on are the 20th century.
  const year = found.get('year') ?? (short === undefined ? 1900 : short + (short < 69 ? 2000 : 1900))
  const two = (name: string, otherwise: number) => String(found.get(name) ?? otherwise).padStart(2, '0')
  return `${year}${two('month', 1)}${two('day', 1)}${two('hour', 0)}${two('minute', 0)}.${two('second', 0)}`
}

/** What to do to a file's times: `now`, nothing, or a time as `parseTime` gives it. */
export function wantedTime(value: string | undefined, format: string, otherwise: 'now' | 'preserve'): string {
  const word = value ?? otherwise
  return word === 'now' || word === 'preserve' || word === '' ? word || 'preserve' : parseTime(word, format)
}

/** The changes and steps that give a file its times. Links are not followed: name what they lead to. */
export function planTimes(
  path: string,
  wanted: LocalTimes,
  found: LocalTimes | undefined,
): { readonly changes: readonly Change[]; readonly steps: readonly Step[] } {
  const table = [
    { what: 'mtime', flags: ['-m'], to: wanted.modification, from: found?.modification },
    { what: 'atime', flags: ['-a'], to: wanted.access, from: found?.access },
  ].filter(({ to, from }) => to !== 'preserve' && to !== from)
  const file = hostPath(path)
  // Who may write to a file may set both times to now at once, but one of them only its owner.
  const both = table.length === 2 && table.every(({ to }) => to === 'now')
  const touches = both ? [{ what: 'times', flags: [], to: 'now' }] : table
  return {
    changes: table.map(({ what, to, from }) => ({ what, before: from ?? 'earlier', after: to })),
    steps: touches.map(({ what, flags, to }) => ({
      kind: 'script',
      label: `set the ${what} of ${path}`,
      script: lines(
        PLACE,
        sh`place_beside ${file}; touch -c -h ${[...flags, ...(to === 'now' ? [] : ['-t', to])]} -- "./$w_n"`,
      ),
    })),
  }
}
