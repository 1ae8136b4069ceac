import { checkArguments } from '../core/check-arguments.ts'
import { ignoredParameters } from '../core/ignored-parameters.ts'
import type { Module } from '../core/module.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { compactJson } from '../core/values/json.ts'

/** Whether a value is known only when a host's variables are: a template or a function of them. */
export function isDeferred(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'string' && /\{\{|\{%/.test(value))
}

/**
 * Brings a task's arguments into the form of a dictionary: a bare string fills the module's free-form parameter.
 * @returns the dictionary, or a sentence that says why there is none
 */
export function argumentsOf(module: Module, args: unknown): Record<string, unknown> | string {
  if (args === undefined || args === null) return {}
  if (isDictionary(args)) {
    if (module.free_form === undefined || !('_raw_params' in args)) return args
    const { _raw_params, ...rest } = args
    return { ...rest, [module.free_form]: _raw_params }
  }
  if (typeof args === 'string' && module.free_form !== undefined) return { [module.free_form]: args }
  if (typeof args === 'function' && module.takes_function) return { function: args }
  if (typeof args === 'string')
    return `${module.name} takes its parameters as a dictionary: invalid or malformed argument: '${args}'`
  return `${module.name} takes its parameters as a dictionary, and this is ${compactJson(args)}`
}

/** All that is wrong with a task's arguments and can be known before its values are: one sentence each. */
export function checkTaskArguments(module: Module, args: unknown): readonly string[] {
  if (isDeferred(args) && !module.takes_function) return []
  const dictionary = argumentsOf(module, args)
  if (typeof dictionary === 'string') return [dictionary]
  const { name, args: specs, rules, open } = module
  const ignored = ignoredParameters(name, specs)
  return checkArguments(dictionary, { module: name, specs, rules, open, ignored, deferred: isDeferred })
    .problems
}

/** What a task gives that does nothing here: one sentence each. */
export function ignoredArguments(module: Module, args: unknown): readonly string[] {
  if (!isDictionary(args)) return []
  return Object.entries(ignoredParameters(module.name, module.args))
    .filter(([name]) => args[name] !== undefined && args[name] !== false && !(name in module.args))
    .map(([name, why]) => `${module.name}: ${name} is ignored: ${why}`)
}
