import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { dictOf, entriesOf } from '../../../src/core/values/dicts.ts'
import { readJson } from '../../../src/core/values/read-json.ts'
import { repr, str } from '../../../src/core/values/text.ts'
import { isDict, Native } from '../../../src/core/values/types.ts'
import { createTemplar, type FileOptions, type Scope } from '../../../src/template/index.ts'

const folder = join(import.meta.dirname, '..', 'corpus')

/** What Ansible gave, or what we gave: text and value, or an error. */
export interface Outcome {
  readonly text?: string
  readonly value?: unknown
  readonly error?: string
}

export interface Case {
  readonly name: string
  readonly recorded: Outcome
  readonly ours: Outcome
}

function read(name: string): unknown {
  return readJson(readFileSync(join(folder, name), 'utf8'))
}

/** A scope over a plain object. */
export function scopeOf(variables: Readonly<Record<string, unknown>>): Scope {
  return {
    has: (name) => Object.hasOwn(variables, name),
    get: (name) => variables[name],
    names: () => Object.keys(variables),
  }
}

function attempt(run: () => Outcome): Outcome {
  try {
    return run()
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** A fresh copy of the corpus's variables: templates may change what they are given. */
const variables = (): Scope => scopeOf(read('vars.json') as Record<string, unknown>)

/** Renders the whole corpus beside what was recorded. Files are written to a folder of their own. */
export function runCorpus(): { expressions: Case[]; templates: Case[]; strings: Case[] } {
  const place = mkdtempSync(join(tmpdir(), 'playscript-corpus-'))
  const templar = createTemplar({ searchPath: [join(folder, 'files')], baseDirectory: folder })
  const file = join(place, 'case.j2')
  let count = 0
  const renderText = (source: string, options: FileOptions = {}): string => {
    count += 1
    const path = `${file}${count}`
    writeFileSync(path, source)
    return templar.renderFile(path, variables(), options)
  }
  try {
    const { expressions } = read('expressions.json') as { expressions: Record<string, Outcome> }
    const { strings } = read('strings.json') as { strings: Record<string, Outcome> }
    const { templates } = read('templates.json') as { templates: Record<string, Outcome> }
    const sources = parse(readFileSync(join(folder, 'templates.yml'), 'utf8')) as {
      name: string
      source: string
      options?: FileOptions
    }[]
    return {
      expressions: (entriesOf(expressions) as [string, Outcome][]).map(([name, recorded]) => ({
        name,
        recorded,
        ours: attempt(() => {
          const text = renderText(`{{ ${name} }}`)
          return { text, ...attempt(() => ({ value: templar.evaluate(name, variables()) })) }
        }),
      })),
      strings: Object.entries(strings).map(([name, recorded]) => ({
        name,
        recorded,
        ours: attempt(() => ({ text: String(templar.render(name, variables())) })),
      })),
      templates: sources.map(({ name, source, options }) => ({
        name,
        recorded: templates[name] ?? { error: 'not recorded' },
        ours: attempt(() => ({ text: renderText(source, options) })),
      })),
    }
  } finally {
    rmSync(place, { recursive: true })
  }
}

/** Whether two outcomes are the same: an error on both sides counts, its words do not. */
export function same(one: Outcome, other: Outcome): boolean {
  if (one.text !== other.text) return false
  if (one.error !== undefined || other.error !== undefined)
    return (one.error === undefined) === (other.error === undefined)
  if ((one.value === undefined) !== (other.value === undefined)) return false
  return repr(recordable(one.value)) === repr(recordable(other.value))
}

/** A value as the record can hold it: see `plain` in record.py. */
function recordable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(recordable)
  if (typeof value === 'bigint' || value instanceof Native) return str(value)
  return isDict(value) ? dictOf(entriesOf(value).map(([key, item]) => [str(key), recordable(item)])) : value
}
