import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, isAbsolute, join, relative } from 'node:path'
import { isDictionary } from '../core/values/dictionary.ts'
import { readDocument } from './read.ts'
import { type Document, dataOf } from './tree.ts'

/** What a YAML file holds, which decides what it becomes. */
export type FileKind = 'tasks' | 'handlers' | 'defaults' | 'vars' | 'playbook'

/** A YAML file that becomes TypeScript. */
export interface SourceFile {
  readonly path: string
  readonly kind: FileKind
  readonly document: Document
}

/** A YAML file that stays as it is, and why. */
export interface KeptFile {
  readonly path: string
  readonly reason: string
}

/** Whether a path ends as YAML files do. */
export function isYaml(path: string): boolean {
  return ['.yml', '.yaml'].includes(extname(path))
}

/** The TypeScript file that stands for a YAML file. */
export function codePath(path: string): string {
  return path.replace(/\.ya?ml$/, '.ts')
}

/** All files of a folder and of those in it, by full path; none when there is no such folder. */
export function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort()
}

/**
 * Reads a file that is to become TypeScript. Files with encrypted values stay YAML: there their owner can open and
 * rekey them with the vault commands.
 * @throws {YamlError} when it is no YAML
 */
export function readSourceFile(path: string, kind: FileKind): SourceFile | KeptFile {
  const text = readFileSync(path, 'utf8')
  if (text.startsWith('$ANSIBLE_VAULT')) return { path, reason: 'it is encrypted' }
  const document = readDocument(text, path)
  if (hasSecrets(dataOf(document.tree))) return { path, reason: 'it has encrypted values' }
  return { path, kind, document }
}

/** Whether a file was read for conversion. */
export function isSourceFile(file: SourceFile | KeptFile): file is SourceFile {
  return 'document' in file
}

function hasSecrets(data: unknown): boolean {
  if (Array.isArray(data)) return data.some(hasSecrets)
  return isDictionary(data) && ('__ansible_vault' in data || Object.values(data).some(hasSecrets))
}

/**
 * How the name of a file in a task changes: where the file becomes TypeScript, so does the ending. A name with a
 * template in it changes when all files that it may mean do.
 * @param from the file that the name stands in
 * @param folders where else the name is looked for
 * @param converted the paths of all YAML files that become TypeScript
 */
export function renamer(from: string, folders: readonly string[], converted: ReadonlySet<string>) {
  return (name: string): string => {
    if (!isYaml(name)) return name
    const places = [dirname(from), ...folders]
    if (name.includes('{{')) {
      const meant = filesUnder(dirname(from)).filter(isYaml)
      return meant.length > 0 && meant.every((path) => converted.has(path)) ? codePath(name) : name
    }
    const candidates = isAbsolute(name) ? [name] : places.map((folder) => join(folder, name))
    const found = candidates.find((path) => existsSync(path))
    return found !== undefined && converted.has(found) ? codePath(name) : name
  }
}

/** An import's path from one file to another. */
export function importPath(from: string, to: string): string {
  const path = relative(dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}
