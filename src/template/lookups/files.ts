import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { truth } from '../../core/values/compare.ts'
import { byName } from '../../core/values/dictionary.ts'
import { itemsOf } from '../../core/values/dicts.ts'
import { pythonLiteral } from '../../core/values/python-literal.ts'
import { str, text } from '../../core/values/text.ts'
import { bare, EvaluationError } from '../../core/values/types.ts'
import { isFile } from '../files.ts'
import { ansibleBool } from '../filters/basics.ts'
import { globSync } from '../filters/glob.ts'
import type { Lookup, LookupServices, LookupTable } from './define.ts'
import { candidates, findFile } from './find.ts'

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
    const { template_vars, convert_data = true, jinja2_native: _, ...syntax } = options
    const variables = byName(template_vars) ?? {}
    const path = findFile(text(term, 'the name of a template'), 'templates', services)
    const rendered = services.renderFile(path, variables, syntax)
    return ansibleBool(convert_data) === true ? converted(rendered) : rendered
  })

/** The value of text that looks like a list, a dictionary or a boolean; other text as it is. */
function converted(rendered: string): unknown {
  const looks = /^[[{]/.test(rendered) || rendered === 'True' || rendered === 'False'
  return looks ? pythonLiteral(rendered, { json: true }) : rendered
}

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

/** Lookups that read files of the controller. */
export const fileLookups: LookupTable = {
  file,
  unvault,
  fileglob,
  template,
  first_found: firstFound,
}
