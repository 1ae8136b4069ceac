import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { truth } from '../../core/values/compare.ts'
import { byName } from '../../core/values/dictionary.ts'
import { itemsOf } from '../../core/values/dicts.ts'
import { str, text } from '../../core/values/text.ts'
import { bare, EvaluationError } from '../../core/values/types.ts'
import { isFile } from '../files.ts'
import { ansibleBool } from '../filters/basics.ts'
import { globSync } from '../filters/glob.ts'
import type { Lookup, LookupServices, LookupTable } from './define.ts'
import { candidates, findFile, termOptions } from './find.ts'

const readText = (term: unknown, services: LookupServices): string => {
  const path = findFile(text(term, 'the name of a file'), 'files', services)
  return services.decrypted(readFileSync(path), path).toString('utf8')
}

const unvault: Lookup = (terms, _, services) => terms.map((term) => readText(term, services))

const file: Lookup = (terms, { lstrip = false, rstrip = true }, services) =>
  terms.map((term) => {
    const content = readText(term, services)
    const left = truth(lstrip) ? content.trimStart() : content
    return truth(rstrip) ? left.trimEnd() : left
  })

const fileglob: Lookup = (terms, _, services) =>
  terms.flatMap((term) => {
    const pattern = text(term, 'a pattern')
    const places = candidates(dirname(pattern) === '.' ? '' : dirname(pattern), ['files'], services)
    for (const folder of places) {
      const found = globSync(join(folder, basename(pattern)))
      if (found.length > 0) return found
    }
    return []
  })

const template: Lookup = (terms, options, services) =>
  terms.map((term) => {
    const { template_vars, convert_data: _, jinja2_native: __, ...syntax } = options
    const variables = byName(template_vars) ?? {}
    return services.renderFile(
      findFile(text(term, 'the name of a template'), 'templates', services),
      variables,
      syntax,
    )
  })

interface Choice {
  readonly files: readonly string[]
  readonly paths: readonly string[]
  readonly skip: boolean
}

const listOf = (value: unknown, marks = /[,;]/): string[] => {
  const given = bare(value)
  if (given === undefined || given === null) return []
  if (typeof given === 'string')
    return given
      .split(marks)
      .map((one) => one.trim())
      .filter((one) => one !== '')
  return itemsOf(given).map(str)
}

function choicesOf(terms: readonly unknown[], options: Readonly<Record<string, unknown>>): Choice[] {
  const asked: Choice[] = []
  // In text, a colon stands between folders as well.
  const pathsOf = (value: unknown) => listOf(value, /[,:;]/)
  const whole = { paths: pathsOf(options.paths), skip: truth(options.skip ?? false) }
  if (options.files !== undefined) asked.push({ files: listOf(options.files), ...whole })
  for (const term of terms.flat()) {
    const options = byName(term)
    if (options !== undefined) {
      asked.push({
        files: listOf(options.files),
        paths: pathsOf(options.paths),
        skip: truth(options.skip ?? whole.skip),
      })
    } else asked.push({ files: [text(term, 'the name of a file')], ...whole })
  }
  return asked
}

function placesOf({ files, paths }: Choice, services: LookupServices): string[] {
  const subfolders = ['templates', 'vars', 'tasks', 'files']
  const names =
    paths.length === 0
      ? files
      : paths.flatMap((path) => (files.length === 0 ? [path] : files.map((one) => join(path, one))))
  return names.flatMap((name) => candidates(name, subfolders, services))
}

const firstFound: Lookup = (terms, options, services) => {
  const choices = choicesOf(terms, options)
  for (const choice of choices) {
    const found = placesOf(choice, services).find(isFile)
    if (found !== undefined) return [found]
  }
  if (choices.some(({ skip }) => skip)) return []
  throw new EvaluationError(
    `first_found: none of the files was found: ${choices.flatMap(({ files }) => files).join(', ')}`,
  )
}

/** Rows of comma separated text; quoted fields may hold separators, line breaks and doubled quotes. */
export function parseCsv(source: string, delimiter: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const mark = delimiter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const field = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^${mark}"\\r\\n][^${mark}\\r\\n]*|))(${mark}|\\r?\\n|$)`,
    'gy',
  )
  for (let match = field.exec(source); match !== null; match = field.exec(source)) {
    const [whole, quoted, plain, end] = match
    if (whole === '' && row.length === 0) break
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end !== delimiter) {
      rows.push(row)
      row = []
    }
    if (end === '') break
  }
  return rows
}

const csvfile: Lookup = (terms, options, services) => {
  const known = ['file', 'delimiter', 'encoding', 'default', 'col', 'keycol']
  return terms.flatMap((term) => {
    const written = termOptions(text(term, 'a key'), known)
    const all: Record<string, unknown> = {
      file: 'ansible.csv',
      delimiter: 'TAB',
      col: '1',
      keycol: '0',
      ...options,
      ...written.options,
    }
    const delimiter = all.delimiter === 'TAB' || all.delimiter === 't' ? '\t' : str(all.delimiter)
    const rows = parseCsv(decoded(findFile(str(all.file), 'files', services), all.encoding), delimiter)
    const row = rows.find((one) => one[Number(all.keycol)] === written.key)
    return row?.[Number(all.col)] ?? all.default ?? []
  })
}

/** The text of a file in the encoding that the caller names; UTF-8 unless it does. */
function decoded(path: string, encoding: unknown = 'utf-8'): string {
  try {
    return new TextDecoder(str(encoding)).decode(readFileSync(path))
  } catch (error) {
    if (error instanceof RangeError) throw new EvaluationError(`unknown encoding: ${str(encoding)}`)
    throw error
  }
}

function readIni(source: string, exact: boolean): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>([['global', new Map()]])
  let section = 'global'
  let last: string | undefined
  for (const line of source.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue
    const [, title] = /^\[([^\]]+)\]/.exec(line) ?? []
    const [, key, value] = /^([^=:]+?)\s*(?:[=:]\s*(.*?))?\s*$/.exec(line.trim()) ?? []
    const values = sections.get(section) ?? new Map<string, string>()
    if (title !== undefined) {
      section = title
      if (!sections.has(section)) sections.set(section, new Map())
    } else if (/^\s/.test(line) && last !== undefined)
      values.set(last, `${values.get(last) ?? ''}\n${line.trim()}`)
    else if (key !== undefined) {
      last = exact ? key : key.toLowerCase()
      values.set(last, value ?? '')
    }
  }
  return sections
}

const INI = ['type', 'file', 'section', 're', 'default', 'encoding', 'case_sensitive']

const ini: Lookup = (terms, options, services) =>
  terms.flatMap((term) => {
    const written = termOptions(text(term, 'a key'), INI)
    const all: Record<string, unknown> = {
      type: 'ini',
      file: 'ansible.ini',
      section: 'global',
      default: '',
      ...options,
      ...written.options,
    }
    const source = decoded(findFile(str(all.file), 'files', services), all.encoding)
    const exact = ansibleBool(all.case_sensitive ?? false) === true
    const name = all.type === 'properties' ? 'global' : str(all.section)
    const values = readIni(source, exact).get(name)
    const isPattern = ansibleBool(all.re ?? false) === true
    if (isPattern) {
      const pattern = new RegExp(written.key)
      return [...(values ?? [])].filter(([key]) => pattern.test(key)).map(([, value]) => value)
    }
    return [values?.get(exact ? written.key : written.key.toLowerCase()) ?? all.default]
  })

/** Lookups that read files of the controller. */
export const fileLookups: LookupTable = {
  file,
  unvault,
  fileglob,
  template,
  first_found: firstFound,
  csvfile,
  ini,
}
