import type { Args, ArgumentSpec, ArgumentSpecs } from '../core/arguments.ts'
import { checkArguments } from '../core/check-arguments.ts'
import { ArgumentError } from '../core/errors.ts'
import { ignoredParameters } from '../core/ignored-parameters.ts'
import type { Scope } from '../core/scope.ts'
import type { Secrets } from '../core/secrets.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { modulesOfDefaults } from '../modules/module-name.ts'
import { argumentsOf } from '../playbook/check-task.ts'
import type { LoadedTask } from '../playbook/model.ts'
import { type ExecuteOptions, executeModule, type Outcome } from './execute.ts'
import { expandOwners } from './home-owners.ts'
import type { Renderer } from './renderer.ts'

export interface CallOptions extends ExecuteOptions, ArgumentOptions {}

/** What the arguments of a task are made with. */
export interface ArgumentOptions extends Pick<ExecuteOptions, 'shell'> {
  readonly scope: Scope
  readonly renderer: Renderer
  readonly secrets: Secrets
}

/**
 * Renders a task's arguments with a host's variables, checks them, and runs the module.
 * @throws {ArgumentError} naming all that is wrong with the arguments; else as executeModule
 */
export async function callModule(task: LoadedTask, options: CallOptions): Promise<Outcome> {
  const [always, ...conditions] = task.changed_when ?? []
  const changes = always === true && conditions.length === 0
  const args = readArguments(task, options)
  const { shell, timeout, signal } = options
  const known =
    shell === undefined ? args : await expandOwners(task.module.args, args, shell, { timeout, signal })
  const holdsSecret = (text: string) => options.secrets.isIn(text)
  return executeModule(task.module, known, { ...options, changes, holdsSecret })
}

/** A task's arguments, rendered and checked. @throws {ArgumentError} naming all that is wrong with them */
export function readArguments(task: LoadedTask, options: ArgumentOptions): Args<ArgumentSpecs> {
  const { module } = task
  const raw = argumentsOf(
    module,
    isDictionary(task.args) || module.takes_function ? task.args : render(task.args, task, options),
  )
  if (typeof raw === 'string') throw new ArgumentError(raw, { at: task.at })
  const rendered: Record<string, unknown> = {}
  for (const [name, value] of Object.entries({ ...defaultsFor(task, options), ...raw })) {
    const asWritten = module.expressions?.includes(name) || (name === 'function' && module.takes_function)
    const result = asWritten ? value : render(value, task, options)
    if (result !== undefined && !options.renderer.isOmitted(result)) rendered[name] = result
  }
  const { args, problems } = checkArguments(rendered, {
    module: module.name,
    specs: module.args,
    rules: module.rules,
    open: module.open,
    ignored: ignoredParameters(module.name, module.args),
    exact: module.exact,
    ...(options.shell === undefined ? {} : { home: options.shell.target.home }),
  })
  addSecrets(module.args, args, options.secrets)
  if (problems.length > 0) throw wrongArguments(problems, module)
  return args as Args<ArgumentSpecs>
}

// Without the place, which is told beside the message: a playbook may compare that with what Ansible says.
function wrongArguments(problems: readonly string[], { rules }: LoadedTask['module']): ArgumentError {
  const { rc, ...words } = rules?.words ?? {}
  const told = rc !== undefined && problems.some((problem) => Object.values(words).includes(problem))
  return new ArgumentError(problems.join('; '), told ? { result: { rc } } : {})
}

// The play's, block's and task's `module_defaults` for this module, the innermost last; those of its group before its own.
function defaultsFor(task: LoadedTask, options: ArgumentOptions): Readonly<Record<string, unknown>> {
  const own = (name: string) => modulesOfDefaults(name).includes(task.module.name)
  const groupsFirst = ([one]: [string, unknown], [other]: [string, unknown]) =>
    Number(other.startsWith('group/')) - Number(one.startsWith('group/'))
  const levels = task.module_defaults.map((level) => render(level, task, options)).filter(isDictionary)
  const found = levels.flatMap((level) =>
    Object.entries(level)
      .filter(([name]) => own(name))
      .sort(groupsFirst),
  )
  return Object.assign({}, ...found.map(([, defaults]) => defaults))
}

function render(value: unknown, task: LoadedTask, { renderer, scope }: ArgumentOptions): unknown {
  return renderer.value(value, scope, task.at)
}

// A secret is known as such from here on, before anything is done with it.
function addSecrets(specs: ArgumentSpecs, args: Readonly<Record<string, unknown>>, secrets: Secrets): void {
  for (const [name, spec] of Object.entries(specs)) {
    const value = args[name]
    if (value === undefined) continue
    if (spec.no_log) secrets.add(value, `the parameter '${name}'`)
    else if (spec.options)
      for (const inner of listOfDictionaries(value, spec)) addSecrets(spec.options, inner, secrets)
  }
}

function listOfDictionaries(value: unknown, spec: ArgumentSpec): readonly Record<string, unknown>[] {
  return (spec.type === 'list' ? (value as unknown[]) : [value]).filter(isDictionary)
}
