import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { messageOf, PlayscriptError, Problem, type YamlError } from '../core/errors.ts'
import { importCode } from '../core/import-code.ts'
import type { Location } from '../core/location.ts'
import { locateInCode } from './locate.ts'

/** A file of a playbook or role: what it holds, and where in it each entry stands. */
export interface Source {
  readonly file: string
  readonly dir: string
  readonly value: unknown
  /** The place of a task, or of one of its keys. */
  locate(entry: unknown, key?: string): Location
  /** Keys that stand in it twice. */
  readonly duplicates?: readonly YamlError[]
}

const CODE = ['.ts', '.mts', '.js', '.mjs']
const DATA = ['.yml', '.yaml', '.json']

/**
 * The file that a name without its ending means: TypeScript first, then YAML.
 * @returns its path, or undefined when there is none
 */
export function findSource(path: string): string | undefined {
  const isFile = (candidate: string) => existsSync(candidate) && statSync(candidate).isFile()
  if (isFile(path)) return path
  return [...CODE, ...DATA].map((ending) => path + ending).find(isFile)
}

/** Whether a file is TypeScript or JavaScript. */
export function isCode(file: string): boolean {
  return CODE.includes(extname(file))
}

/** Gives a file's content, decrypted when it is encrypted as a whole. */
export type Decrypted = (content: Buffer, file: string) => Buffer

/**
 * Reads a file of a playbook or role: the default export of TypeScript, or a YAML document.
 * @param decrypted opens encrypted files; without it they are taken as they are
 * @throws {Problem} when it does not compile, throws while it loads, or is no YAML
 */
export async function readSource(file: string, decrypted: Decrypted = (content) => content): Promise<Source> {
  const dir = dirname(file)
  if (isCode(file)) {
    const value = await importDefault(file)
    return { file, dir, value, locate: locateInCode(file, value) }
  }
  const { parseYaml } = await import('../core/yaml/parse.ts')
  const text = decrypted(readFileSync(file), file).toString('utf8')
  const { data, locate, duplicates } = parseYaml(text, file, { duplicateKeys: 'collect' })
  return { file, dir, value: data, locate, duplicates }
}

/** Loads a file that will be read next, where it is code; undefined where it is none, or cannot be loaded. */
export async function readAhead(file: string): Promise<unknown> {
  if (!isCode(file)) return undefined
  return importDefault(file).catch(() => undefined)
}

async function importDefault(file: string): Promise<unknown> {
  let exports: { readonly default?: unknown }
  try {
    exports = await importCode(file)
  } catch (cause) {
    if (cause instanceof PlayscriptError) throw cause
    // A program that is a module, ours, must not come upon CommonJS that asks for the same modules (ERR_REQUIRE_CYCLE_MODULE).
    const isCycle = (cause as NodeJS.ErrnoException).code === 'ERR_REQUIRE_CYCLE_MODULE'
    const hint = { hint: 'Write "type": "module" into the package.json beside the playbook.' }
    throw new Problem(`cannot be loaded: ${messageOf(cause)}`, { at: { file }, cause, ...(isCycle && hint) })
  }
  if (!('default' in exports)) {
    throw new Problem('has no default export', { at: { file }, hint: 'Write `export default tasks([ … ])`.' })
  }
  return exports.default
}
