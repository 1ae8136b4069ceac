import { basename, join, relative } from 'node:path'
import { isDictionary } from '../core/values/dictionary.ts'
import { createLibrary } from '../playbook/library.ts'
import {
  defaultsFile,
  type Member,
  type TypeParts,
  taskFile,
  typeFile,
  type VariablesType,
  variablesFile,
} from './emit.ts'
import {
  codePath,
  type FileKind,
  filesUnder,
  importPath,
  isSourceFile,
  isYaml,
  type KeptFile,
  readSourceFile,
  renamer,
  type SourceFile,
} from './files.ts'
import { convertTasks } from './task.ts'
import { type Document, dataOf, type Tree } from './tree.ts'
import { collectNames, missingNames, noNames } from './variables.ts'

/** A file to write, in place of a YAML file where it has one. */
export interface Output {
  readonly path: string
  readonly text: string
  readonly source?: string
}

/** Something to tell: of a place in a YAML file. */
export interface Remark {
  readonly file: string
  readonly line?: number | undefined
  readonly message: string
}

/** What became of YAML files. */
export interface Converted {
  readonly outputs: readonly Output[]
  readonly kept: readonly KeptFile[]
  readonly remarks: readonly Remark[]
}

/** The YAML files of a role that can become TypeScript, and the others. */
export function readRole(path: string): readonly (SourceFile | KeptFile)[] {
  const of = (folder: string, kind: FileKind) => {
    const inFolder = filesUnder(join(path, folder)).filter(isYaml)
    const isMain = (file: string) => /^main\.ya?ml$/.test(relative(join(path, folder), file))
    const all = kind === 'tasks' || kind === 'handlers'
    return inFolder.filter((file) => all || isMain(file)).map((file) => readSourceFile(file, kind))
  }
  const tasks = [...of('tasks', 'tasks'), ...of('handlers', 'handlers')]
  const trees = tasks.filter(isSourceFile).map(({ document }) => dataOf(document.tree))
  const vars = of('vars', 'vars').map((file) =>
    trees.some(readsVariables) ? { path: file.path, reason: 'a task reads it with include_vars' } : file,
  )
  return [...of('defaults', 'defaults'), ...vars, ...tasks]
}

const TASK_FILES = /(import|include)_tasks$|^tasks_from$/

// Whether some task may read the role's vars/main.yml itself: by name, or with the folder.
function readsVariables(data: unknown): boolean {
  if (typeof data === 'string') return /(^|\/|=)main\.ya?ml$/.test(data)
  if (Array.isArray(data)) return data.some(readsVariables)
  if (!isDictionary(data)) return false
  return Object.entries(data).some(([key, value]) => {
    if (TASK_FILES.test(key)) return false
    return (/include_vars$/.test(key) && isDictionary(value) && 'dir' in value) || readsVariables(value)
  })
}

/**
 * Converts a role's files.
 * @param converted the paths of all YAML files that become TypeScript, of this role and of others
 */
export async function convertRole(
  path: string,
  { playbookDir, converted }: { readonly playbookDir: string; readonly converted: ReadonlySet<string> },
): Promise<Converted> {
  const files = readRole(path)
  const sources = files.filter(isSourceFile)
  const remarks: Remark[] = []
  const library = createLibrary([join(path, 'library'), join(playbookDir, 'library')])
  const folders = [join(path, 'tasks'), join(path, 'handlers'), playbookDir]
  const documents = new Map<string, Document>()
  for (const { path: file, kind, document } of sources) {
    const note = (message: string, line: number | undefined) => remarks.push({ file, line, message })
    const around = { library, rename: renamer(file, folders, converted), note }
    const isTasks = kind === 'tasks' || kind === 'handlers'
    documents.set(file, isTasks ? { ...document, tree: await convertTasks(document.tree, around) } : document)
  }
  const type = describeVariables(path, files, documents)
  const outputs = sources.map(({ path: file, kind }): Output => {
    const document = documents.get(file) as Document
    return { path: codePath(file), source: file, text: print(codePath(file), kind, document, type) }
  })
  const own =
    type.home === join(path, 'variables.ts') ? [{ path: type.home, text: typeFile(type.parts) }] : []
  return {
    outputs: [...outputs, ...own],
    kept: files.filter((file) => !isSourceFile(file)) as KeptFile[],
    remarks,
  }
}

interface RoleType {
  /** The file that exports it; undefined where there is nothing to say. */
  readonly home: string | undefined
  readonly constant: string
  readonly parts: TypeParts
}

// The type of a role's variables stands beside its defaults; where they stay YAML or there are none, in variables.ts.
function describeVariables(
  path: string,
  files: readonly (SourceFile | KeptFile)[],
  documents: ReadonlyMap<string, Document>,
): RoleType {
  const main = (folder: string) => files.find((file) => file.path.startsWith(join(path, folder, 'main.')))
  const [defaults, vars] = [main('defaults'), main('vars')]
  const names = noNames()
  for (const { tree } of documents.values()) collectNames(dataOf(tree), names)
  const keys = (file: SourceFile | KeptFile | undefined) =>
    file !== undefined && isSourceFile(file) ? Object.keys(dictionaryOf(file.document.tree)) : []
  const missing = missingNames(names, new Set([...keys(defaults), ...keys(vars)]))
  const members = [...missing].map(
    ([name, certain]): Member => ({ name, type: 'unknown', optional: !certain }),
  )
  const inDefaults = defaults !== undefined && isSourceFile(defaults)
  const hasVars = vars !== undefined && isSourceFile(vars)
  const hasType = inDefaults || hasVars || members.length > 0
  const home = inDefaults ? codePath(defaults.path) : hasType ? join(path, 'variables.ts') : undefined
  const parts: TypeParts = {
    name: typeName(path),
    vars: hasVars && home !== undefined ? importPath(home, codePath(vars.path)) : undefined,
    overlap: keys(defaults).some((key) => keys(vars).includes(key)),
    members,
  }
  return { home, constant: constantName(path), parts }
}

function dictionaryOf(tree: Tree): Readonly<Record<string, unknown>> {
  const data = dataOf(tree)
  return isDictionary(data) ? data : {}
}

function print(
  path: string,
  kind: FileKind,
  document: Document,
  { home, constant, parts }: RoleType,
): string {
  const filled = document.tree.kind === 'dict' ? document : { ...document, tree: EMPTY }
  if (kind === 'defaults') return defaultsFile(filled, constant, parts)
  if (kind === 'vars') return variablesFile(filled)
  const reads = collectNames(dataOf(document.tree), noNames()).read.size > 0
  const type: VariablesType | undefined =
    home !== undefined && reads ? { name: parts.name, from: importPath(path, home) } : undefined
  return taskFile(document, kind === 'handlers' ? 'handlers' : 'tasks', type)
}

const EMPTY: Tree = { kind: 'dict', entries: [], end: [] }

const RESERVED = [
  'defaults',
  'default',
  'vars',
  'new',
  'package',
  'public',
  'static',
  'import',
  'export',
  'in',
]

function wordsOf(path: string): readonly string[] {
  // As roles are named where they are shared: author.name, ansible-role-name.
  return basename(path)
    .replace(/^.*\.(?=[A-Za-z])|^ansible-(role-)?/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
}

function typeName(path: string): string {
  const name = wordsOf(path)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  return `${/^[0-9]/.test(name) ? 'Role' : ''}${name}Vars`
}

function constantName(path: string): string {
  const name = typeName(path).replace(/Vars$/, '')
  const constant = name.charAt(0).toLowerCase() + name.slice(1)
  return RESERVED.includes(constant) ? `${constant}Role` : constant
}
