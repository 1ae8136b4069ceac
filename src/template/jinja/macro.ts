import { EvaluationError, Tuple, Undefined } from '../../core/values/types.ts'
import { Callable, type Named } from '../python/call.ts'
import { nested } from './depth.ts'

/** Arguments of one call of a macro, sorted. */
export interface Given {
  readonly values: readonly unknown[]
  readonly varargs: Tuple
  readonly kwargs: Record<string, unknown>
  readonly caller: unknown
}

type Body = (given: Given) => string

/**
 * A macro as a value: callable, with the attributes that Jinja2 documents.
 * @param uses which of `varargs`, `kwargs` and `caller` the body mentions; without them, arguments beyond
 *   the parameters are an error
 */
export function macro(
  name: string,
  parameters: readonly string[],
  uses: readonly string[],
  body: Body,
): Callable {
  return new Callable(
    name,
    (positional, named) => nested(() => body(sort(name, parameters, uses, positional, named))),
    {
      typeName: 'Macro',
      attributes: {
        name,
        arguments: Tuple.over(parameters),
        catch_kwargs: uses.includes('kwargs'),
        catch_varargs: uses.includes('varargs'),
        caller: uses.includes('caller'),
      },
    },
  )
}

function sort(
  name: string,
  parameters: readonly string[],
  uses: readonly string[],
  positional: readonly unknown[],
  named: Named,
): Given {
  if (positional.length > parameters.length && !uses.includes('varargs')) {
    throw new EvaluationError(`macro '${name}' takes not more than ${parameters.length} argument(s)`)
  }
  const rest = new Map(Object.entries(named))
  const values = parameters.map((parameter, index) => {
    const value = index < positional.length ? positional[index] : rest.get(parameter)
    if (index >= positional.length) rest.delete(parameter)
    return value
  })
  const caller = uses.includes('caller')
    ? (rest.get('caller') ?? new Undefined('caller', 'No caller defined'))
    : undefined
  if (uses.includes('caller')) rest.delete('caller')
  const [unknown] = rest.keys()
  if (unknown !== undefined && !uses.includes('kwargs')) {
    throw new EvaluationError(
      unknown === 'caller'
        ? `macro '${name}' does not use caller(), so {% call %} has nothing to hand to it`
        : `macro '${name}' takes no keyword argument '${unknown}'`,
    )
  }
  return {
    values,
    caller,
    varargs: Tuple.over(positional.slice(parameters.length)),
    kwargs: Object.fromEntries(rest),
  }
}
