import type { Module } from '../core/module.ts'
import { INLINE_PARAMETERS, readFreeForm } from '../modules/commands/free-form.ts'
import { argumentsOf, checkTaskArguments } from '../playbook/check-task.ts'
import { readPairs } from '../playbook/pairs.ts'
import { fitArguments } from './fit.ts'
import { cast, type Dict, dataOf, type Entry, entry, type Tree, treeOf } from './tree.ts'

/** A module's parameters in TypeScript, and what is wrong with them. */
export interface Call {
  readonly value: Tree
  readonly problems: readonly string[]
}

/**
 * The parameters of a task: short forms taken apart, the keyword `args` merged in, each value of its declared type.
 * Parameters that the module would refuse are cast, so that the file compiles and the loader says what it said before.
 * @param args the value of the task's keyword `args`
 */
export function convertCall(module: Module, value: Tree, args: Entry | undefined): Call {
  const given = merge(parametersOf(module, value), args, module)
  if (given.kind === 'dict') {
    const fitted = fitArguments(given, module.args)
    const problems = checkTaskArguments(module, dataOf(fitted))
    return { value: problems.length > 0 ? cast(fitted) : fitted, problems }
  }
  const data = dataOf(given)
  const isText = typeof data === 'string' && module.free_form !== undefined
  const isNothing = data === null && !needsParameters(module)
  return { value: isText || isNothing ? given : cast(given), problems: problemsOf(module, data) }
}

function problemsOf(module: Module, data: unknown): readonly string[] {
  const dictionary = argumentsOf(module, data)
  if (typeof data === 'string' && data.includes('{{') && typeof dictionary === 'string') return []
  return checkTaskArguments(module, data)
}

function needsParameters({ args }: Module): boolean {
  return Object.values(args).some(({ required, aliases }) => required === true && aliases === undefined)
}

/** Whether a bare string is a command line, in which only the parameters of `command` are taken for such. */
function takesCommand({ free_form, args }: Module): boolean {
  return free_form === '_raw_params' && ('cmd' in args || args._raw_params?.aliases?.includes('cmd') === true)
}

function inlineNames({ args }: Module): readonly string[] {
  return [...INLINE_PARAMETERS, 'decrypt'].filter((name) => Object.hasOwn(args, name))
}

function parametersOf(module: Module, value: Tree): Tree {
  if (value.kind === 'dict') return value
  if (value.kind !== 'scalar' || typeof value.value !== 'string') return value
  if (takesCommand(module)) {
    const { command, parameters } = readFreeForm(value.value, inlineNames(module))
    if (Object.keys(parameters).length === 0) return value
    const { entries, ...rest } = treeOf(parameters) as Dict
    return { ...rest, entries: [entry('cmd', { ...value, value: command }), ...entries] }
  }
  const pairs = /^\s*\{\{[\s\S]*\}\}\s*$/.test(value.value) ? undefined : readPairs(value.value)
  return pairs === undefined || Object.keys(pairs).length === 0 ? value : treeOf(pairs)
}

// What `args` says stands beside what the module's key says, which wins.
function merge(given: Tree, args: Entry | undefined, module: Module): Tree {
  if (args === undefined) return given
  const { value: more } = args
  if (more.kind !== 'dict') return given
  const own = asDictionary(given, module)
  if (own === undefined) return cast(given)
  const named = new Set(own.entries.map(({ key }) => key))
  const added = more.entries.filter(({ key }) => !named.has(key))
  const [first, ...rest] = added
  const noted = first === undefined ? [] : [withNotes(first, args), ...rest]
  return { ...own, entries: [...own.entries, ...noted], end: [...own.end, ...more.end] }
}

function withNotes(first: Entry, args: Entry): Entry {
  return { ...first, notes: { ...first.notes, before: [...args.notes.before, ...first.notes.before] } }
}

function asDictionary(given: Tree, module: Module): Dict | undefined {
  if (given.kind === 'dict') return given
  if (given.kind !== 'scalar') return undefined
  if (given.value === null || given.value === '') return { kind: 'dict', entries: [], end: [] }
  if (module.free_form === undefined) return undefined
  if (!takesCommand(module)) return { kind: 'dict', entries: [entry(module.free_form, given)], end: [] }
  // As `cmd` the text is not looked through for parameters any more, so its escaped signs are read now.
  const { command } = readFreeForm(String(given.value), [])
  return { kind: 'dict', entries: [entry('cmd', { ...given, value: command })], end: [] }
}
