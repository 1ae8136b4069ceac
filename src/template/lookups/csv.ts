import { readFileSync } from 'node:fs'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'
import { decoded } from './decoded.ts'
import type { Lookup } from './define.ts'
import { findFile, termOptions } from './find.ts'

/** Rows of comma separated text; quoted fields may hold separators, line breaks and doubled quotes. */
export function parseCsv(source: string, delimiter: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const mark = delimiter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const field = new RegExp(
    `(?:"((?:[^"]|"")*)"([^${mark}\\r\\n]*)|([^${mark}"\\r\\n][^${mark}\\r\\n]*|))(${mark}|\\r?\\n|$)`,
    'gy',
  )
  for (let match = field.exec(source); match !== null; match = field.exec(source)) {
    const [whole, quoted, behind = '', plain, end] = match
    if (whole === '' && row.length === 0) break
    row.push(quoted === undefined ? (plain ?? '') : `${quoted.replaceAll('""', '"')}${behind}`)
    if (end !== delimiter) {
      rows.push(row)
      row = []
    }
    if (end === '') break
  }
  return rows
}

const DEFAULTS: Readonly<Record<string, unknown>> = {
  file: 'ansible.csv',
  delimiter: 'TAB',
  col: '1',
  default: undefined,
  encoding: 'utf-8',
  keycol: '0',
}

/** Lookup `csvfile`: the column of the row whose key column has the value of a term. */
export const csvfile: Lookup = (terms, options, services) =>
  terms.flatMap((term) => {
    const { key, options: written } = termOptions(text(term, 'a key'), Object.keys(DEFAULTS))
    const [, unknown] = /(?:^|\s)(\w+)=/.exec(key) ?? []
    if (unknown !== undefined) throw new EvaluationError(`${unknown} is not a valid option`)
    if (key === '') throw new EvaluationError('Search key is required but was not found')
    const all = { ...DEFAULTS, ...options, ...written }
    const delimiter = all.delimiter === 'TAB' || all.delimiter === 't' ? '\t' : str(all.delimiter)
    const content = readFileSync(findFile(str(all.file), 'files', services))
    const rows = parseCsv(decoded(content, all.encoding), delimiter)
    const row = rows.find((one) => one[Number(all.keycol)] === key)
    if (row === undefined) return all.default ?? []
    const found = row[Number(all.col)]
    if (found === undefined)
      throw new EvaluationError(`csvfile: column ${str(all.col)} of row '${key}' does not exist`)
    return found
  })
