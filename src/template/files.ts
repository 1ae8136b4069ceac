import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { TemplateError } from '../core/errors.ts'
import { EvaluationError } from '../core/values/types.ts'
import { Cache } from './cache.ts'
import { type Compiled, compileFile } from './jinja/compile.ts'
import { placed } from './jinja/errors.ts'
import { TemplateMissing } from './jinja/inheritance.ts'
import { defaultSyntax, readHeader, type Syntax } from './jinja/syntax.ts'

type Files = Cache<{ readonly stamp: string; readonly result: CompiledFile }>
type Decrypted = (content: Buffer, file: string) => Buffer

const asIs: Decrypted = (content) => content
/** Compiled files by who opened them: a run without the password must not find what another has decrypted. */
const caches = new WeakMap<Decrypted, Files>()

/** A compiled template file; `endings` are the line breaks its source ends with. */
export interface CompiledFile extends Compiled {
  readonly endings: number
  readonly syntax: Syntax
}

/**
 * Reads and compiles a template file; again only when it has changed.
 * @throws TemplateError when it cannot be read, is not UTF-8, or does not compile
 */
export function loadFile(
  path: string,
  changes: Partial<Syntax> = {},
  decrypted: Decrypted = asIs,
): CompiledFile {
  const compiled: Files = caches.get(decrypted) ?? new Cache(500)
  caches.set(decrypted, compiled)
  const file = resolve(path)
  const syntax = { ...defaultSyntax, ...withoutUndefined(changes) }
  const key = `${file}\0${JSON.stringify(changes)}`
  try {
    const { mtimeMs, size } = statSync(file)
    const known = compiled.get(key)
    if (known?.stamp === `${mtimeMs} ${size}`) return known.result
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      decrypted(readFileSync(file), file),
    )
    return compiled.set(key, { stamp: `${mtimeMs} ${size}`, result: compileText(text, file, syntax) }).result
  } catch (error) {
    if (error instanceof TemplateError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new TemplateError(`the template cannot be read: ${reason}`, { at: { file }, cause: error })
  }
}

function withoutUndefined(changes: Partial<Syntax>): Partial<Syntax> {
  return Object.fromEntries(
    Object.entries(changes).filter(([name, value]) => value !== undefined && name in defaultSyntax),
  )
}

function compileText(text: string, file: string, given: Syntax): CompiledFile {
  try {
    const { source, syntax, skipped } = readHeader(text.replace(/\r\n?/g, '\n'), given)
    const place = { source, file, skipped }
    const body = syntax.keep_trailing_newline ? source : source.replace(/\n$/, '')
    const result = compileFile({ text: body, place, syntax }, undefined)
    return { ...result, syntax, endings: trailing(text, '\n') }
  } catch (error) {
    throw error instanceof EvaluationError ? placed(error, { source: text, file }, 1, 1) : error
  }
}

/** How often a text ends with a piece. */
export function trailing(text: string, piece: string): number {
  let count = 0
  while (text.endsWith(piece, text.length - count * piece.length) && count * piece.length < text.length)
    count += 1
  return count
}

/** Ansible gives a rendered template at least as many final line breaks as its source has. */
export function restoreEndings(output: string, endings: number, newline: string): string {
  const missing = endings - trailing(output, '\n')
  return missing > 0 ? output + newline.repeat(missing) : output
}

/** Finds a template by its name relative to one of the folders; names cannot lead out of them. */
export function findTemplate(name: string, searchPath: readonly string[]): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw new TemplateMissing(name, searchPath)
  const folders = searchPath.flatMap((folder) => [join(folder, 'templates'), folder])
  const found = folders.map((folder) => join(folder, ...parts)).find(isFile)
  if (found === undefined) throw new TemplateMissing(name, searchPath)
  return found
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/** Folders to search for what a template names: its own first. */
export function searchPathOf(file: string, searchPath: readonly string[]): string[] {
  const own = dirname(isAbsolute(file) ? file : resolve(file))
  return [own, ...searchPath.filter((folder) => folder !== own)]
}
