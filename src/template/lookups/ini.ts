import { readFileSync } from 'node:fs'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'
import { ansibleBool } from '../filters/basics.ts'
import { pythonRegex } from '../python/regex.ts'
import { decoded } from './decoded.ts'
import type { Lookup } from './define.ts'
import { findFile } from './find.ts'
import { type IniOptions, interpolated, readIni } from './read-ini.ts'

const DEFAULTS: Readonly<Record<string, unknown>> = {
  type: 'ini',
  file: 'ansible.ini',
  section: 'global',
  re: false,
  encoding: 'utf-8',
  default: '',
  case_sensitive: false,
  allow_no_value: undefined,
  allow_none: undefined,
  interpolation: true,
}

/**
 * The options written into a term, `key section=one file=users.ini`: a word without `=` continues the one before it.
 * @throws {EvaluationError} for a name that is not an option, or if the term has options only
 */
function readTerm(term: string): { key: string; written: Record<string, string> } {
  if (!/=| /.test(term.trim())) return { key: term, written: {} }
  const parts = new Map<string, string>()
  let current = 'key'
  for (const word of term.split(/\s+/).filter((one) => one !== '')) {
    current = Object.keys(DEFAULTS).findLast((name) => word.includes(`${name}=`)) ?? current
    const before = parts.get(current)
    parts.set(current, before === undefined ? word : `${before} ${word}`)
  }
  const written: Record<string, string> = {}
  let key: string | undefined
  for (const part of parts.values()) {
    const [name = '', value, surplus] = part.split('=')
    if (value === undefined) key ??= part
    else if (surplus !== undefined)
      throw new EvaluationError(`Could not use '${part}' from '${term}': it has more than one '='`)
    else if (Object.hasOwn(DEFAULTS, name)) written[name] = value
    else throw new EvaluationError(`${name} is not a valid option.`)
  }
  if (key === undefined)
    throw new EvaluationError(
      `No key to lookup was provided as first term with in string inline options: ${term}`,
    )
  return { key, written }
}

const isTrue = (value: unknown): boolean => ansibleBool(value ?? false) === true

/** Lookup `ini`: the values of keys, or of all keys that match a pattern, in a section of an INI or properties file. */
export const ini: Lookup = (terms, options, services) =>
  terms.flatMap((term) => {
    const { key, written } = readTerm(text(term, 'a key'))
    const all = { ...DEFAULTS, ...options, ...written }
    const path = findFile(str(all.file), 'files', services)
    const source = decoded(services.decrypted(readFileSync(path), path), all.encoding)
    const properties = all.type === 'properties'
    const style: IniOptions = {
      caseSensitive: isTrue(all.case_sensitive),
      allowNoValue: isTrue(all.allow_no_value ?? all.allow_none),
    }
    const section = properties ? 'java_properties' : str(all.section)
    const values = readIni(properties ? `[${section}]\n${source}` : source, str(all.file), style).get(section)
    if (values === undefined) throw new EvaluationError(`No section '${section}' in ${str(all.file)}`)
    const textOf = (value: string | null) => {
      if (value === null) return []
      return [isTrue(all.interpolation) ? interpolated(value, values, style) : value]
    }
    if (isTrue(all.re)) {
      const pattern = pythonRegex(key)
      return [...values].filter(([name]) => name.search(pattern) === 0).flatMap(([, value]) => textOf(value))
    }
    const found = values.get(style.caseSensitive ? key : key.toLowerCase())
    return found === undefined ? [all.default] : textOf(found)
  })
