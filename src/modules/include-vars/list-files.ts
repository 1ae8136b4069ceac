import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { ArgumentError, TaskError } from '../../core/errors.ts'

export interface FileChoice {
  readonly dir: string
  /** The folder of the role that the task is in: its vars/main.yml is the role's own business. */
  readonly role?: string
  readonly depth: number
  readonly files_matching?: string | undefined
  readonly ignore_files?: readonly string[] | undefined
  readonly extensions: readonly string[]
  readonly ignore_unknown_extensions: boolean
}

/**
 * The variable files of a folder: a folder's own files first, then those of the folders in it, by name.
 * @throws {TaskError} the folder cannot be read, or holds a file of another kind
 */
export async function listVariableFiles(choice: FileChoice): Promise<readonly string[]> {
  return listLevel(choice.dir, 1, choice)
}

async function listLevel(folder: string, level: number, choice: FileChoice): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw new TaskError(`${folder} is no folder that can be read: ${cause.message}`, { cause })
  })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const files = entries
    .filter((entry) => !entry.isDirectory() && isWanted(entry.name, folder, choice))
    .map((entry) => join(folder, entry.name))
  if (choice.depth > 0 && level >= choice.depth) return files
  const folders = entries.filter((entry) => entry.isDirectory())
  const below = await Promise.all(folders.map(({ name }) => listLevel(join(folder, name), level + 1, choice)))
  return [...files, ...below.flat()]
}

function isWanted(name: string, folder: string, choice: FileChoice): boolean {
  const { role, files_matching, ignore_files = [], extensions } = choice
  if (name === 'main.yml' && role !== undefined && folder === join(role, 'vars')) return false
  if (ignore_files.some((ending) => pattern(`${ending}$`, 'ignore_files').test(name))) return false
  if (files_matching !== undefined && !pattern(files_matching, 'files_matching').test(name)) return false
  const ending = extname(name).slice(1)
  if (extensions.some((one) => one.replace(/^\./, '') === ending)) return true
  if (choice.ignore_unknown_extensions) return false
  throw new TaskError(
    `${join(folder, name)} does not have a valid extension: ${extensions.join(', ')}; set ignore_unknown_extensions to pass over such files`,
  )
}

function pattern(text: string, parameter: string): RegExp {
  try {
    return new RegExp(text)
  } catch (cause) {
    throw new ArgumentError(`include_vars: ${parameter} '${text}' is no regular expression`, { cause })
  }
}
