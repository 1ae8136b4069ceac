import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { createLibrary } from '../playbook/library.ts'
import { playbookFile, taskFile } from './emit.ts'
import { codePath, isSourceFile, isYaml, type KeptFile, renamer, type SourceFile } from './files.ts'
import { findFiles } from './find.ts'
import { convertPlays } from './play.ts'
import { type Converted, convertRole, type Output, type Remark, readRole } from './role.ts'
import { convertTasks } from './task.ts'
import { type Conversion, verify } from './verify.ts'

export interface ConvertOptions {
  /** A role's folder or a playbook; full path. */
  readonly path: string
  /** A folder for the result, which then holds all other files too; without it each file is written beside the YAML. */
  readonly out?: string | undefined
  /** Write over TypeScript files that are there. */
  readonly force?: boolean | undefined
  /** Remove the YAML files once both were loaded and found equal. */
  readonly replace?: boolean | undefined
}

export interface ConvertReport {
  readonly written: readonly string[]
  readonly removed: readonly string[]
  readonly kept: readonly KeptFile[]
  readonly remarks: readonly Remark[]
}

/**
 * Turns a role or a playbook, with the roles and files of tasks that it names, from YAML into TypeScript: one file
 * for one file. Then it loads both and compares them.
 * @throws {UsageError} when there is nothing to convert, or a file would be written over
 * @throws {YamlError} when a file is no YAML
 * @throws {PlaybookError} when what TypeScript gives differs from what YAML gave; the YAML files are then still there
 */
export async function convert({ path, out, force, replace }: ConvertOptions): Promise<ConvertReport> {
  const isRole = existsSync(path) && statSync(path).isDirectory()
  const root = isRole ? path : dirname(path)
  const found = isRole ? { files: [], roles: [path], elsewhere: [] } : await findPlaybook(path)
  const conversion = conversionOf(root, isRole ? 'role' : 'playbook', found)
  if (conversion.files.length === 0)
    throw new UsageError(`${path} holds no YAML files that could be converted`)
  const converted = new Set(conversion.files.map((file) => file.path))
  const results = [await convertOwn(root, found.files.filter(isSourceFile), converted)]
  for (const role of found.roles) results.push(await convertRole(role, { playbookDir: root, converted }))
  const outputs = results.flatMap((result) => result.outputs)
  const target = (file: string) => (out === undefined ? file : join(out, relative(root, file)))
  refuseToOverwrite(
    outputs.map((output) => target(output.path)),
    force === true,
  )
  if (out !== undefined) copyOthers(root, out, converted, force === true)
  for (const output of outputs) write(target(output.path), output.text)
  await verify(conversion, new Set(outputs.map((output) => output.path)), out ?? root)
  const removed = replace === true ? [...converted] : []
  for (const file of removed) rmSync(file)
  return {
    written: outputs.map((output) => target(output.path)),
    removed,
    kept: [...found.files.filter(isKept), ...results.flatMap((result) => result.kept)],
    remarks: [
      ...results.flatMap((result) => result.remarks),
      ...found.elsewhere.map((name) => ({
        file: path,
        message: `role ${name} is not in roles/ beside the playbook: it was not converted`,
      })),
    ],
  }
}

function isKept(file: SourceFile | KeptFile): file is KeptFile {
  return !isSourceFile(file)
}

type Sources = Awaited<ReturnType<typeof findFiles>>

async function findPlaybook(path: string): Promise<Sources> {
  if (!existsSync(path) || !isYaml(path)) {
    throw new UsageError(`'${path}' is neither a role's folder nor a playbook in YAML`)
  }
  return findFiles(path)
}

function conversionOf(root: string, kind: Conversion['kind'], { files, roles }: Sources): Conversion {
  const own = files.filter(isSourceFile).map((file) => ({ path: file.path, kind: file.kind }))
  const ofRoles = roles.flatMap((role) =>
    readRole(role)
      .filter(isSourceFile)
      .map((file) => ({ path: file.path, kind: file.kind, role })),
  )
  return { root, kind, files: [...own, ...ofRoles] }
}

// The playbooks and files of tasks that belong to no role.
async function convertOwn(
  root: string,
  files: readonly SourceFile[],
  converted: ReadonlySet<string>,
): Promise<Converted> {
  const remarks: Remark[] = []
  const outputs: Output[] = []
  const library = createLibrary([join(root, 'library')])
  for (const { path: file, kind, document } of files) {
    const note = (message: string, line: number | undefined) => remarks.push({ file, line, message })
    const around = { library, rename: renamer(file, [root], converted), note }
    const change = kind === 'playbook' ? convertPlays : convertTasks
    const changed = { ...document, tree: await change(document.tree, around) }
    const text = kind === 'playbook' ? playbookFile(changed) : taskFile(changed, 'tasks', undefined)
    outputs.push({ path: codePath(file), source: file, text })
  }
  return { outputs, kept: [], remarks }
}

function refuseToOverwrite(paths: readonly string[], force: boolean): void {
  const there = force ? [] : paths.filter((path) => existsSync(path))
  if (there.length === 0) return
  const names = there.map((path) => basename(path)).join(', ')
  throw new UsageError(`would write over ${names} in ${dirname(there[0] ?? '')}`, {
    hint: 'Give --force to write over them, or --out DIR to write elsewhere.',
  })
}

const NOT_COPIED = ['node_modules', '.git']

function copyOthers(root: string, out: string, converted: ReadonlySet<string>, force: boolean): void {
  mkdirSync(out, { recursive: true })
  for (const name of readdirSync(root)) {
    const from = join(root, name)
    if (NOT_COPIED.includes(name) || out === from || out.startsWith(`${from}/`)) continue
    cpSync(from, join(out, name), { recursive: true, force, filter: (file) => !converted.has(file) })
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
