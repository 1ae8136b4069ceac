import { TemplateError } from '../core/errors.ts'
import type { Scope, Variables } from '../core/scope.ts'

/**
 * One level of variables. Templates were written by people and are rendered when they are used; data came from a
 * host or a finished rendering and is never rendered, whatever it looks like.
 */
export interface Layer {
  readonly kind: 'templates' | 'data'
  readonly values: Variables
}

/** Renders one value; it finds the variables it needs in the scope it is given. */
export type RenderValue = (value: unknown, scope: Scope) => unknown

/**
 * A scope over layers, the strongest first. A variable is rendered when it is first asked for and then kept.
 * @throws {TemplateError} from `get`, when a variable is defined in terms of itself
 */
export function createScope(layers: readonly Layer[], render: RenderValue): Scope {
  const rendered = new Map<string, unknown>()
  const underway: string[] = []
  const layerOf = (name: string) => layers.find(({ values }) => Object.hasOwn(values, name))

  const scope: Scope = {
    has: (name) => layerOf(name) !== undefined,
    names: () => new Set(layers.flatMap(({ values }) => Object.keys(values))),
    get: (name) => {
      if (rendered.has(name)) return rendered.get(name)
      const layer = layerOf(name)
      if (layer === undefined) return undefined
      const value = layer.values[name]
      if (layer.kind === 'data') return value
      if (underway.includes(name)) {
        throw new TemplateError(
          `variable '${name}' is defined in terms of itself: ${[...underway, name].join(' -> ')}`,
        )
      }
      underway.push(name)
      try {
        const result = render(value, scope)
        rendered.set(name, result)
        return result
      } finally {
        underway.pop()
      }
    },
  }
  return scope
}

/** The variables of a scope as an object that looks them up when they are read: what functions in tasks receive. */
export function variablesObject(scope: Scope): Variables {
  const has = (name: string | symbol): name is string => typeof name === 'string' && scope.has(name)
  return new Proxy(Object.create(null) as Record<string, unknown>, {
    get: (_target, name) => (has(name) ? scope.get(name) : undefined),
    has: (_target, name) => has(name),
    ownKeys: () => [...scope.names()],
    getOwnPropertyDescriptor: (_target, name) =>
      has(name)
        ? { value: scope.get(name), enumerable: true, configurable: true, writable: false }
        : undefined,
    set: () => false,
  })
}
