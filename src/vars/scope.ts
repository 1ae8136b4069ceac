import { TemplateError } from '../core/errors.ts'
import type { Scope, Variables } from '../core/scope.ts'
import { isContainer } from '../core/values/dictionary.ts'
import { mergeValues } from '../core/values/merge.ts'

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

export interface ScopeSettings {
  /** What a dictionary does to one of the same name in a weaker layer; Ansible's `hash_behaviour`. */
  readonly dictionaries?: 'replace' | 'merge'
  readonly searchPath?: readonly string[] | undefined
  /** Called with each variable that is read. */
  readonly onRead?: ((name: string, value: unknown) => void) | undefined
}

/**
 * A scope over layers, the strongest first. A variable is rendered when it is first asked for and then kept.
 * @throws {TemplateError} from `get`, when a variable is defined in terms of itself
 */
export function createScope(
  layers: readonly Layer[],
  render: RenderValue,
  { dictionaries = 'replace', searchPath, onRead }: ScopeSettings = {},
): Scope {
  const rendered = new Map<string, unknown>()
  const underway: string[] = []
  const layerOf = (name: string) => layers.find(({ values }) => Object.hasOwn(values, name))
  // The layers that make up a variable: one, unless dictionaries are merged.
  const layersOf = (name: string): readonly Layer[] => {
    const first = layerOf(name)
    if (first === undefined) return []
    if (dictionaries === 'replace') return [first]
    const all = layers.filter(({ values }) => Object.hasOwn(values, name))
    const other = all.findIndex(({ values }) => !isContainer(values[name]))
    return other === -1 ? all : all.slice(0, Math.max(other, 1))
  }
  // Each is rendered by itself, so that what is data in one layer is no template because another holds templates.
  const join = (from: readonly Layer[], name: string) =>
    from
      .map(({ kind, values }) => (kind === 'data' ? values[name] : render(values[name], scope)))
      .reduceRight(mergeValues)

  const scope: Scope = {
    ...(searchPath === undefined ? {} : { searchPath }),
    has: (name) => layerOf(name) !== undefined,
    names: () => new Set(layers.flatMap(({ values }) => Object.keys(values))),
    get: (name) => {
      if (rendered.has(name)) return rendered.get(name)
      const from = layersOf(name)
      const [layer] = from
      if (layer === undefined) return undefined
      if (layer.kind === 'data' && from.length === 1) {
        const value = layer.values[name]
        onRead?.(name, value)
        return value
      }
      if (underway.includes(name)) {
        throw new TemplateError(
          `variable '${name}' is defined in terms of itself: ${[...underway, name].join(' -> ')}`,
        )
      }
      underway.push(name)
      try {
        const result = join(from, name)
        rendered.set(name, result)
        onRead?.(name, result)
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
