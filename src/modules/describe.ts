import { readFileSync } from 'node:fs'
import type { ArgumentSpec, ArgumentSpecs } from '../core/arguments.ts'
import type { Module } from '../core/module.ts'
import { loadModule, moduleNames } from './index.ts'

/** A parameter as a page shows it; those inside another one follow it, with its name before theirs. */
export interface ParameterDoc {
  readonly name: string
  /** `str`, `list of str`, … */
  readonly type: string
  readonly required: boolean
  readonly default: unknown
  readonly choices: readonly (string | number)[]
  readonly aliases: readonly string[]
  readonly secret: boolean
  readonly doc: string
}

/** What there is to say of a module: from its declaration, and from the comment above it. */
export interface ModuleDoc {
  readonly name: string
  /** One line. */
  readonly summary: string
  /** What the comment says beyond that. */
  readonly text: string
  /** Ansible's own page on the parameters. */
  readonly reference: string | undefined
  /** Tasks that use it, as TypeScript. */
  readonly examples: readonly string[]
  /** The parameter that a bare string fills. */
  readonly free_form: string | undefined
  readonly parameters: readonly ParameterDoc[]
  /** Sentences on what goes together and what does not. */
  readonly rules: readonly string[]
}

/** What there is to say of a module of ours; undefined when there is none of that name. */
export async function describeModule(name: string): Promise<ModuleDoc | undefined> {
  const module = await loadModule(name)
  if (module === undefined) return undefined
  return describe(module, name, commentOf(sourceOf(module.name)))
}

/** All modules, in the order of their names. */
export async function describeModules(): Promise<readonly ModuleDoc[]> {
  const docs = await Promise.all([...moduleNames()].sort().map(describeModule))
  return docs.filter((doc) => doc !== undefined)
}

/** What there is to say of any module. @param comment the comment above its declaration, where that is to be had */
export function describe(module: Module, name: string, comment = ''): ModuleDoc {
  const [before = '', ...examples] = comment.split(/^@example *\n?/m)
  const reference = /^Parameters: (\S+)$/m.exec(before)?.[1]
  return {
    name,
    summary: module.doc,
    text: before
      .replace(/^Parameters: \S+$/m, '')
      .replace(/^@\w+[\s\S]*$/m, '')
      .trim(),
    reference,
    examples: examples.map((one) => one.replace(/^@\w+[\s\S]*$/m, '').trim()),
    free_form: module.free_form,
    parameters: parametersOf(module.args),
    rules: rulesOf(module),
  }
}

// The sources have the comment in the module's own file, the published package in the types beside the code.
function sourceOf(name: string): string {
  for (const ending of ['ts', 'd.ts']) {
    try {
      return readFileSync(new URL(`../modules/${name}.${ending}`, import.meta.url), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return ''
}

/** The comment above the declaration of a module, without its stars; the last one that holds an example. */
export function commentOf(source: string): string {
  const comments = [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*?@example[\s\S]*?)\*\//g)]
  const [, text = ''] = comments.at(-1) ?? []
  return text
    .replaceAll(/^[ \t]*\* ?/gm, '')
    .replaceAll('*\\/', '*/')
    .trim()
}

function parametersOf(specs: ArgumentSpecs, before = ''): readonly ParameterDoc[] {
  return Object.entries(specs).flatMap(([name, spec]) => {
    // A free form has no name that anybody writes.
    if (name === '_raw_params' || name === 'function') return []
    return [parameterOf(`${before}${name}`, spec), ...parametersOf(spec.options ?? {}, `${before}${name}.`)]
  })
}

function parameterOf(name: string, spec: ArgumentSpec): ParameterDoc {
  return {
    name,
    type: spec.type === 'list' ? `list of ${spec.elements ?? 'anything'}` : spec.type,
    required: spec.required === true,
    default: spec.default,
    choices: spec.choices ?? [],
    aliases: spec.aliases ?? [],
    secret: spec.no_log === true,
    doc: spec.doc,
  }
}

function rulesOf({ rules = {} }: Module): readonly string[] {
  const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
  return [
    ...(rules.mutually_exclusive ?? []).map((names) => `Only one of ${list(names)} can be given.`),
    ...(rules.required_together ?? []).map((names) => `${list(names)} go together.`),
    ...(rules.required_one_of ?? []).map((names) => `One of ${list(names)} is required.`),
    ...(rules.required_if ?? []).map(
      ([name, value, needed]) => `With \`${name}: ${String(value)}\`, ${list(needed)} is required.`,
    ),
    ...Object.entries(rules.required_by ?? {}).map(([name, needed]) => `\`${name}\` needs ${list(needed)}.`),
  ]
}
