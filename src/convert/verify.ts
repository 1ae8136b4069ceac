import { join, relative } from 'node:path'
import { PlaybookError, Problem } from '../core/errors.ts'
import { shortModuleName } from '../modules/module-name.ts'
import { loadPlaybook, rolesPathOf } from '../playbook/load-playbook.ts'
import { findSource, readSource, type Source } from '../playbook/source.ts'
import { comparePlays, type Difference } from './compare.ts'
import type { FileKind } from './files.ts'
import { withoutFiles } from './stage.ts'

/** What was converted: a folder, and the files in it. */
export interface Conversion {
  readonly root: string
  /** The playbook's folder, relative to the root's parent, is the root itself; a role's tasks are loaded on their own. */
  readonly kind: 'role' | 'playbook'
  /** The YAML files that became TypeScript, each with its role where it belongs to one. */
  readonly files: readonly {
    readonly path: string
    readonly kind: FileKind
    readonly role?: string | undefined
  }[]
}

/**
 * Loads what was converted from both languages and compares all that was loaded.
 * @param hidden the TypeScript files that lie beside the YAML files and must not be taken for them
 * @param out the folder that holds the TypeScript files
 * @throws {PlaybookError} naming each task and field that differ, and what only the TypeScript files have wrong
 */
export async function verify(
  conversion: Conversion,
  hidden: ReadonlySet<string>,
  out: string,
): Promise<void> {
  const { root } = conversion
  const problems: Problem[] = []
  const code = await load(conversion, out)
  await withoutFiles(root, hidden, async (copy) => {
    const yaml = await load(conversion, copy)
    for (const [index, one] of yaml.entries()) {
      const other = code[index]
      if (other === undefined) continue
      const known = new Set(one.messages)
      const added = other.messages.filter((message) => !known.has(message))
      problems.push(
        ...added.map((message) => new Problem(`only in TypeScript: ${message}`, { at: { file: one.file } })),
      )
      problems.push(
        ...comparePlays(one.plays, other.plays)
          .filter((difference) => !isUnseenLoop(difference, one.messages))
          .map((difference) => problemOf(difference, one.file)),
      )
    }
  })
  if (problems.length > 0) throw new PlaybookError(problems)
}

function problemOf({ where, field, yaml, code }: Difference, file: string): Problem {
  const text = (value: unknown) => JSON.stringify(value) ?? 'nothing'
  return new Problem(`${where}: ${field} differs: YAML gives ${text(yaml)}, TypeScript gives ${text(code)}`, {
    at: { file },
    hint: 'The YAML files are untouched. Correct the TypeScript file, or keep this one as YAML.',
  })
}

// One load for each playbook, role, and file of tasks that nothing static leads to.
async function load(conversion: Conversion, folder: string) {
  const loads = []
  for (const { file, source } of await sourcesOf(conversion, folder)) {
    const { plays, problems } = await loadPlaybook(source, {
      rolesPath: rolesPathOf(folder, [join(conversion.root, '..')]),
    })
    const messages = problems.list.map((problem) => plainMessage(problem.message, folder))
    loads.push({ file, plays, messages })
  }
  return loads
}

// The same problem is told in other words where names have become shorter.
function plainMessage(message: string, folder: string): string {
  return message
    .replaceAll(folder, '')
    .replace(/\.(ya?ml|ts)\b/g, '')
    .replace(/(?<='|no module )\w+\.\w+\.\w+(?='|$)/g, shortModuleName)
    .replace(/; did you mean '[^']*'\?$/, '')
}

// `with_community.general.x` is a keyword that the loader does not know in YAML, so there it saw no loop.
function isUnseenLoop({ field, yaml }: Difference, messages: readonly string[]): boolean {
  return field === 'loop' && yaml === undefined && messages.some((message) => /^'with_\w+\./.test(message))
}

async function sourcesOf({ root, files }: Conversion, folder: string) {
  const sources: { readonly file: string; readonly source: Source }[] = []
  const roles = new Set<string>()
  for (const { path, kind, role } of files) {
    const stem = join(folder, relative(root, path)).replace(/\.ya?ml$/, '')
    const inRole = role === undefined ? undefined : join(folder, relative(root, role))
    if (kind === 'playbook') {
      const found = findSource(stem)
      if (found !== undefined) sources.push({ file: path, source: await readSource(found) })
    } else if (inRole === undefined) {
      sources.push({ file: path, source: made(stem, folder, { tasks: [{ import_tasks: stem }] }) })
    } else if (kind === 'tasks') {
      const tasks_from = relative(join(inRole, 'tasks'), stem)
      const play = { tasks: [{ import_role: { name: inRole, tasks_from } }] }
      sources.push({ file: path, source: made(stem, folder, play) })
    }
    if (role !== undefined && inRole !== undefined && !roles.has(role)) {
      roles.add(role)
      sources.push({ file: path, source: made(stem, folder, { roles: [inRole] }) })
    }
  }
  return sources
}

function made(file: string, dir: string, play: object): Source {
  const value = [{ name: 'conversion', hosts: 'all', gather_facts: false, ...play }]
  return { file, dir, value, locate: () => ({ file }) }
}
