import type { ArgumentSpec, ArgumentSpecs } from '../core/arguments.ts'
import { checkArguments } from '../core/check-arguments.ts'
import { COERCIONS } from '../core/coerce.ts'
import { ArgumentError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'

/**
 * Check variables against an argument spec, as a role's `meta/argument_specs.yml` has it.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/validate_argument_spec_module.html
 *
 * @example
 * { validate_argument_spec: { argument_spec: { port: { type: 'int', required: true } } } }
 */
export const validate_argument_spec = defineModule({
  name: 'validate_argument_spec',
  doc: 'Check variables against an argument spec',
  exact: true,
  local: true,
  args: {
    argument_spec: {
      type: 'dict',
      required: true,
      doc: 'The spec: for each variable its type, choices and so on',
    },
    provided_arguments: { type: 'dict', doc: 'Values to check; default: the variables of the same names' },
    validate_args_context: { type: 'dict', doc: 'Where the spec comes from, for the result' },
  },
  // Only what the spec names is looked at: a role's variables may have company.
  prepare: ({ argument_spec, provided_arguments }, { variables, conceal }) => {
    const given = provided_arguments ?? {}
    const names = Object.keys(argument_spec)
    const value = (name: string) => (Object.hasOwn(given, name) ? given[name] : variables.get(name))
    const found = Object.fromEntries(
      names.map((name) => [name, value(name)]).filter(([, one]) => one !== undefined),
    )
    concealValues(argument_spec, found, conceal)
    return found
  },
  plan: ({ argument_spec, validate_args_context }, _state, { local }) => {
    const context = validate_args_context ?? {}
    const where = typeof context.name === 'string' ? context.name : 'the spec'
    const { problems } = checkArguments(local, { module: where, specs: specsOf(argument_spec) })
    const result = { argument_errors: problems, validate_args_context: context }
    if (problems.length === 0)
      return nothing({ msg: 'The arg spec validation passed', validate_args_context: context })
    return {
      ...nothing({ ...result, argument_spec_data: argument_spec }),
      failed: `Validation of arguments failed:\n${problems.join('\n')}`,
    }
  },
})

/** A spec as people write it: the type may be missing, and then it is text. @throws {ArgumentError} for an unknown type */
function specsOf(written: Readonly<Record<string, unknown>>): ArgumentSpecs {
  const entries = Object.entries(written).map(([name, value]) => {
    const spec = (value ?? {}) as Readonly<Record<string, unknown>>
    const options =
      spec.options === undefined
        ? {}
        : { options: specsOf(spec.options as Readonly<Record<string, unknown>>) }
    const types = { type: typeOf(spec.type, name), elements: spec.elements && typeOf(spec.elements, name) }
    return [name, { doc: '', ...spec, ...types, ...options } as ArgumentSpec] as const
  })
  return Object.fromEntries(entries)
}

// Their defaults are part of the result.
function concealValues(specs: unknown, values: unknown, conceal: (value: unknown) => void): void {
  if (!isObject(specs)) return
  for (const [name, spec] of Object.entries(specs)) {
    if (!isObject(spec)) continue
    for (const value of [spec.default, isObject(values) ? values[name] : undefined]) {
      if (spec.no_log === true) conceal(value)
      else if (Array.isArray(value)) for (const one of value) concealValues(spec.options, one, conceal)
      else concealValues(spec.options, value, conceal)
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Types that only specs of roles use: how the text of such a value is read is the role's own affair.
const TEXTS: readonly unknown[] = ['bytes', 'bits']
const ANY: readonly unknown[] = ['json', 'jsonarg']

function typeOf(written: unknown = 'str', name: string): string {
  if (TEXTS.includes(written)) return 'str'
  if (ANY.includes(written)) return 'raw'
  if (typeof written === 'string' && written in COERCIONS) return written
  throw new ArgumentError(`the spec of ${name} has the type '${String(written)}', which is none`)
}
