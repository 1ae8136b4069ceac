import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import { commentOf, describe, describeModule, describeModules, type ModuleDoc } from '../modules/describe.ts'
import { moduleNames } from '../modules/index.ts'
import { createLibrary } from '../playbook/library.ts'
import { markdownPage } from './doc/markdown.ts'
import { listText, moduleText } from './doc/terminal.ts'
import type { Io } from './io.ts'
import { HELP, parseFlags, usage } from './options.ts'

const FLAGS = {
  list: { type: 'boolean', short: 'l', help: 'the names of all modules' },
  json: { type: 'boolean', short: 'j', help: 'as JSON' },
  markdown: { type: 'boolean', help: 'all modules as one page' },
  ...HELP,
} as const

/**
 * `playscript doc [MODULE …]`: what modules do and which parameters they take, those of `library/` in this folder too.
 * @returns the exit code  @throws {UsageError} for a module that does not exist, with the nearest that does
 */
export async function docCommand(argv: readonly string[], io: Io): Promise<number> {
  const { options, words } = parseFlags(argv, FLAGS)
  if (options.help) {
    io.out(usage('playscript doc [MODULE …]', FLAGS))
    return 0
  }
  if (options.markdown) {
    io.out(markdownPage(await describeModules()))
    return 0
  }
  const width = Math.min(io.width, 100)
  const docs =
    words.length === 0 ? await describeModules() : await Promise.all(words.map((name) => find(name, io.cwd)))
  if (options.json) io.out(`${JSON.stringify(docs, null, 2)}\n`)
  else if (words.length === 0 || options.list) io.out(listText(docs, io.width))
  else io.out(docs.map((doc) => moduleText(doc, width)).join('\n'))
  return 0
}

async function find(name: string, cwd: string): Promise<ModuleDoc> {
  const folder = join(cwd, 'library')
  const library = createLibrary([folder])
  const known = library.names()
  if (known.filter((one) => one === name).length > (moduleNames().includes(name) ? 1 : 0)) {
    const module = await library.load(name)
    if (module !== undefined) return describe(module, name, commentIn(folder, name))
  }
  const doc = await describeModule(name)
  if (doc !== undefined) return doc
  throw new UsageError(`there is no module '${name}'${didYouMean(name, known)}`)
}

function commentIn(folder: string, name: string): string {
  for (const ending of ['ts', 'mts', 'js', 'mjs']) {
    try {
      return commentOf(readFileSync(join(folder, `${name}.${ending}`), 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return ''
}
