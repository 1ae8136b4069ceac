import { EvaluationError, Native } from '../../core/values/types.ts'

/** Arguments by keyword, without a prototype. */
export type Named = Readonly<Record<string, unknown>>

/** Something a template may call: a method, a macro, a global function. Nothing else is callable. */
export class Callable extends Native {
  readonly typeName: string
  readonly name: string
  readonly call: (positional: readonly unknown[], named: Named) => unknown
  /** What `name.attribute` gives, such as a macro's `name` and `arguments`. */
  readonly attributes: Named

  constructor(
    name: string,
    call: (positional: readonly unknown[], named: Named) => unknown,
    options: { readonly attributes?: Named; readonly typeName?: string } = {},
  ) {
    super()
    this.name = name
    this.call = call
    this.attributes = options.attributes ?? noNames
    this.typeName = options.typeName ?? 'function'
  }

  member(name: string): unknown {
    return Object.hasOwn(this.attributes, name) ? this.attributes[name] : undefined
  }

  override toRepr(): string {
    return `<${this.typeName} ${this.name}>`
  }
}

export const noNames: Named = Object.freeze(Object.create(null) as Record<string, unknown>)

/**
 * Puts arguments in the order of a signature, as Python binds them.
 * @param parameters names in order; `*rest` collects the other positional ones into an array, `**rest` the
 *   other named ones into an object, a name after `*` can be given by keyword only, and one that ends in `!`
 *   has to be given
 * @returns one value for each parameter, undefined where nothing was given
 * @throws EvaluationError for too many arguments, a missing one, one given twice, or an unknown keyword
 */
export function bind(
  what: string,
  parameters: readonly string[],
  positional: readonly unknown[],
  named: Named,
): unknown[] {
  if (named === noNames && positional.length === parameters.length && !parameters.some(isRest))
    return [...positional]
  const values: unknown[] = []
  const taken = new Set<string>()
  let next = 0
  let onlyNamed = false
  for (const declared of parameters) {
    const parameter = declared.replace('!', '')
    if (parameter.startsWith('**')) {
      values.push(Object.fromEntries(Object.entries(named).filter(([name]) => !taken.has(name))))
      for (const name of Object.keys(named)) taken.add(name)
    } else if (parameter.startsWith('*')) {
      values.push(positional.slice(next))
      next = positional.length
      onlyNamed = true
    } else {
      const given = Object.hasOwn(named, parameter)
      if (!onlyNamed && next < positional.length) {
        if (given) throw new EvaluationError(`${what}: got multiple values for argument '${parameter}'`)
        values.push(positional[next])
        next += 1
      } else if (given) values.push(named[parameter])
      else if (declared.endsWith('!'))
        throw new EvaluationError(`${what}: the argument '${parameter}' is missing`)
      else values.push(undefined)
      taken.add(parameter)
    }
  }
  if (next < positional.length) {
    throw new EvaluationError(
      `${what}: takes ${parameters.length} arguments, ${positional.length} were given`,
    )
  }
  const unknown = Object.keys(named).find((name) => !taken.has(name))
  if (unknown !== undefined) {
    throw new EvaluationError(
      `${what}: unknown argument '${unknown}'; it takes ${parameters.join(', ').replaceAll('!', '') || 'none'}`,
    )
  }
  return values
}

function isRest(parameter: string): boolean {
  return parameter.startsWith('*')
}
