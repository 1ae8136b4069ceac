import { ArgumentError } from '../../core/errors.ts'
import type { Controller } from '../../core/module.ts'
import { parseYaml } from '../../core/yaml/parse.ts'

/** An object of a cluster, as a manifest describes it or as the API server shows it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name?: string
    readonly namespace?: string
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** The parameters that say which objects are meant. */
export interface ManifestSource {
  readonly resource_definition: unknown
  readonly src: string | undefined
  readonly template: unknown
  readonly api_version: string
  readonly kind: string | undefined
  readonly name: string | undefined
  readonly namespace: string | undefined
}

/**
 * All objects that a task names, in their order: from text, dictionaries, a file or templates of the controller, or
 * from kind and name alone. What the task gives beside a definition (namespace, name) fills in what that leaves out.
 * @throws {ArgumentError} for what is no object of Kubernetes
 */
export async function readManifests(
  source: ManifestSource,
  controller: Controller,
): Promise<readonly Manifest[]> {
  const values = await definitions(source, controller)
  if (values === undefined) return [named(source, {}, 'kind and name')]
  const found = values.flatMap(expandList)
  return found.map(({ value, from }) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ArgumentError(`${from} is no object of Kubernetes: it has no kind`)
    }
    return named(source, value as Readonly<Record<string, unknown>>, from)
  })
}

interface Found {
  readonly value: unknown
  /** Where it comes from, for errors. */
  readonly from: string
}

async function definitions(
  source: ManifestSource,
  controller: Controller,
): Promise<readonly Found[] | undefined> {
  if (source.template !== undefined) {
    const templates = Array.isArray(source.template) ? source.template : [source.template]
    const texts = templates.map(async (one: unknown) => {
      const { path: name, ...options } =
        typeof one === 'object' && one !== null ? { path: '', ...one } : { path: one }
      const path = controller.find('templates', String(name))
      return parseDocuments(await controller.renderFile(path, options), path)
    })
    return (await Promise.all(texts)).flat()
  }
  if (source.src !== undefined) {
    const path = controller.find('files', source.src)
    return parseDocuments((await controller.read(path)).toString('utf8'), path)
  }
  if (source.resource_definition === undefined) return undefined
  const given = source.resource_definition
  const list = Array.isArray(given) ? given : [given]
  return list.flatMap((value: unknown) =>
    typeof value === 'string' ? parseDocuments(value, 'definition') : [{ value, from: 'definition' }],
  )
}

/** Documents of a YAML stream: `---` at the start of a line separates them, wherever it stands. */
function parseDocuments(text: string, from: string): readonly Found[] {
  return text
    .split(/^(?:---|\.\.\.)(?=\s|$)/m)
    .filter((part) => /^\s*[^#\s]/m.test(part))
    .map((part) => ({ value: parseYaml(part, from).data, from }))
}

function expandList({ value, from }: Found): readonly Found[] {
  const { kind, items } = (value ?? {}) as { readonly kind?: unknown; readonly items?: unknown }
  if (kind !== 'List' || !Array.isArray(items)) return [{ value, from }]
  return items.map((item: unknown) => ({ value: item, from }))
}

function named(source: ManifestSource, value: Readonly<Record<string, unknown>>, from: string): Manifest {
  const { apiVersion = source.api_version, kind = source.kind, metadata = {}, ...rest } = value
  const { name = source.name, ...more } = metadata as Manifest['metadata']
  const what = typeof kind === 'string' ? `${kind} in ${from}` : from
  if (typeof kind !== 'string') throw new ArgumentError(`${what} is no object of Kubernetes: it has no kind`)
  if (typeof name !== 'string') throw new ArgumentError(`${what} has no metadata.name`)
  return { apiVersion: String(apiVersion), kind, metadata: { name, ...more }, ...rest }
}

/** How people name an object: `Job default/demo-app`. */
export function titleOf({ kind, metadata: { name, namespace } }: Manifest): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

/** Names an object among those of one namespace, whichever version of its API shows it. */
export function keyOf({ apiVersion, kind, metadata: { name } }: Manifest): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  return `${group}|${kind}|${name}`
}
