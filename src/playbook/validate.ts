import { AbsentError, PlayscriptError, TaskError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { valuesOf } from '../core/values/dicts.ts'
import { isDict } from '../core/values/types.ts'
import type { Templar } from '../template/index.ts'
import { findFile } from './find-file.ts'
import { type Handler, hasIncludes, type LoadedPlay, type LoadedTask, tasksOf } from './model.ts'
import { createProblems, type Problems } from './problems.ts'

/**
 * Checks what loading alone does not: names of handlers, the syntax of templates and conditions, the files that
 * `template` and `copy` name. Nothing here needs a host.
 * @param wanted.handlers whether an unknown handler is an error (default: true)
 * @param wanted.strict whether errors in YAML that may never fail a task refuse the run (default: true)
 * @returns the errors that refuse the run, and those that only fail a task if a host reaches it
 */
export function validatePlaybook(
  plays: readonly LoadedPlay[],
  templar: Templar,
  {
    handlers: checksHandlers = true,
    strict = true,
  }: { readonly handlers?: boolean; readonly strict?: boolean } = {},
): Pick<Problems, 'list' | 'doubts'> {
  const problems = createProblems({ strict, warn: () => {} })
  const check = (step: () => void) => {
    try {
      step()
    } catch (error) {
      if (!(error instanceof PlayscriptError)) throw error
      problems.doubt(error)
    }
  }
  let writes = false
  for (const play of plays) {
    const handlers = new Set(play.handlers.flatMap((handler) => [...namesOf(handler), ...handler.listen]))
    // Handlers may still come with a role or file that is included on the way, or have names that are templates.
    const closed =
      checksHandlers &&
      ![...play.sections, play.handlers].some((items) => hasIncludes(items)) &&
      ![...handlers].some((name) => name.includes('{{'))
    const tasks = [...play.sections.flatMap((section) => [...tasksOf(section)]), ...tasksOf(play.handlers)]
    for (const task of tasks) {
      if (closed) for (const name of task.notify) check(() => checkHandler(name, handlers, task))
      const loop = loopProblem(task, templar)
      if (loop !== undefined) problems.add(loop, task.at)
      for (const [text, kind] of sourcesOf(task)) check(() => templar.check(text, kind, task.at))
      if (!task.expectsFailure) check(() => checkFile(task, templar, writes))
      writes ||= mayWriteHere(task)
    }
  }
  return problems
}

function namesOf({ name, context }: Handler): readonly string[] {
  if (name === undefined) return []
  return context.role === undefined ? [name] : [name, `${context.role.name} : ${name}`]
}

function loopProblem({ loop_with }: LoadedTask, templar: Templar): string | undefined {
  const missing = loop_with && templar.missingLookup(loop_with.lookup)
  return missing && `with_${loop_with?.lookup} is not a loop: ${missing}`
}

function checkHandler(name: string, handlers: ReadonlySet<string>, task: LoadedTask): void {
  if (handlers.has(name) || name.includes('{{')) return
  const meant = didYouMean(name, handlers)
  throw new AbsentError(`The requested handler '${name}' was not found${meant}`, { at: task.at })
}

type Kind = 'template' | 'expression'

function sourcesOf(task: LoadedTask): readonly (readonly [string, Kind])[] {
  const conditions = [task.when, task.changed_when, task.failed_when, task.until].flatMap(
    (list) => list ?? [],
  )
  const expressions = conditions
    .filter((one) => typeof one === 'string' && one.trim() !== '')
    // Superfluous braces are read, as in Ansible.
    .map((one): [string, Kind] => [one as string, /\{[{%]/.test(one as string) ? 'template' : 'expression'])
  const raw = task.module.expressions ?? []
  const args = isDictionary(task.args)
    ? Object.entries(task.args).filter(([name]) => !raw.includes(name))
    : [['', task.args]]
  const texts = [
    ...args.map(([, value]) => value),
    task.name,
    task.loop,
    task.environment,
    task.vars,
  ].flatMap(textsIn)
  return [
    ...expressions,
    ...texts.filter((text) => /\{[{%#]/.test(text)).map((text): [string, Kind] => [text, 'template']),
  ]
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isDict(value) ? valuesOf(value).flatMap(textsIn) : []
}

const FOLDERS: Readonly<Record<string, string>> = { template: 'templates', copy: 'files' }

// What works on the controller may make a file that a later task sends, so that it need not be there yet.
function mayWriteHere({ module, delegate_to, connection }: LoadedTask): boolean {
  return delegate_to !== undefined || connection === 'local' || module.name === 'fetch'
}

function checkFile(task: LoadedTask, templar: Templar, mayCome: boolean): void {
  const kind = FOLDERS[task.module.name]
  const args = isDictionary(task.args) ? task.args : {}
  const { src } = args
  if (kind === undefined || typeof src !== 'string' || src.includes('{{') || args.remote_src) return
  try {
    const file = findFile(task.context, kind, src)
    if (kind === 'templates') templar.checkFile(file)
  } catch (error) {
    if (error instanceof TaskError && mayCome) return
    if (error instanceof TaskError) throw new AbsentError(error.message, { at: task.at, cause: error })
    throw error
  }
}
