import { createRequire } from 'node:module'
import { compare, truth } from '../../core/values/compare.ts'
import { dictOf, entriesOf } from '../../core/values/dicts.ts'
import { toJavaScript } from '../../core/values/javascript.ts'
import { toJson } from '../../core/values/json.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { repr, str, text } from '../../core/values/text.ts'
import { EvaluationError, isDict, Tuple } from '../../core/values/types.ts'
import { toPlain } from '../native.ts'
import { type FilterTable, filter } from './define.ts'
import { fromJson, jsonStyle } from './json.ts'
import { fromYaml } from './parse-yaml.ts'
import { toYaml, type YamlStyle } from './yaml.ts'

function yamlStyle(
  named: Record<string, unknown>,
  fallback: { indent: number; flowLeaves: boolean },
): YamlStyle {
  const { indent, width, sort_keys, default_flow_style } = named
  return {
    indent: indent === undefined || indent === null ? fallback.indent : toIndex(indent),
    width: width === undefined || width === null ? 80 : Math.min(toIndex(width), Number.MAX_SAFE_INTEGER),
    sortKeys: sort_keys === undefined ? true : truth(sort_keys),
    flowLeaves: default_flow_style === undefined ? fallback.flowLeaves : default_flow_style === null,
    allowUnicode: named.allow_unicode === undefined ? true : truth(named.allow_unicode),
  }
}

const html: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  "'": '\\u0027',
}

type Search = (data: unknown, expression: string) => unknown

let search: Search | undefined

/** JMESPath, loaded when a template asks for it. */
function jsonQuery(value: unknown, expression: string): unknown {
  search ??= (createRequire(import.meta.url)('jmespath') as { search: Search }).search
  try {
    return search(toJavaScript(toPlain(value)), expression) ?? null
  } catch (error) {
    throw new EvaluationError(
      `json_query '${expression}': ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function bytes(value: unknown, encoding: unknown): Buffer {
  return Buffer.from(str(value), encodingOf(encoding))
}

function encodingOf(encoding: unknown): BufferEncoding {
  const name = str(encoding)
    .toLowerCase()
    .replace(/^utf_?-?8$/, 'utf-8')
    .replace(/^utf-?16-?le$/, 'utf-16le')
  if (!Buffer.isEncoding(name)) throw new EvaluationError(`unknown encoding: ${str(encoding)}`)
  return name
}

function singleDocument(source: string): unknown {
  const [first = null, ...others] = fromYaml(source)
  if (others.length === 0) return first
  throw new EvaluationError('from_yaml: expected a single document; use from_yaml_all')
}

/** Filters that turn data into text and back. */
export const dataFilters: FilterTable = {
  to_json: filter('**style', (value, [style]) =>
    toJson(value, jsonStyle(style as Record<string, unknown>, {})),
  ),
  to_nice_json: filter('indent sort_keys **style', (value, [indent = 4, sortKeys = true, style]) =>
    toJson(value, jsonStyle({ ...(style as Record<string, unknown>), indent, sort_keys: sortKeys }, {})),
  ),
  tojson: filter('indent', (value, [indent]) =>
    toJson(value, jsonStyle({ indent }, { sortKeys: true })).replace(/[<>&']/g, (one) => html[one] ?? one),
  ),
  from_json: filter('', (value) => fromJson(text(value, 'from_json input'))),
  to_yaml: filter('default_flow_style **style', (value, [flow, style]) =>
    toYaml(
      value,
      yamlStyle(
        { ...(style as object), ...(flow === undefined ? {} : { default_flow_style: flow }) },
        { indent: 2, flowLeaves: true },
      ),
    ),
  ),
  to_nice_yaml: filter('indent **style', (value, [indent = 4, style]) =>
    toYaml(value, yamlStyle({ ...(style as object), indent }, { indent: 4, flowLeaves: false })),
  ),
  from_yaml: filter('', (value) => (typeof value === 'string' ? singleDocument(value) : value)),
  from_yaml_all: filter('', (value) => (typeof value === 'string' ? fromYaml(value) : value)),
  b64encode: filter('encoding', (value, [encoding = 'utf-8']) => bytes(value, encoding).toString('base64')),
  b64decode: filter('encoding', (value, [encoding = 'utf-8']) =>
    Buffer.from(str(value), 'base64').toString(encodingOf(encoding)),
  ),
  json_query: filter('expr!', (value, [expression]) => jsonQuery(value, text(expression, 'json_query'))),
  pprint: filter('', (value) => pretty(value)),
}

/** Python's pprint: keys sorted, one item a line where a line would pass 80 columns with what closes after it. */
function pretty(value: unknown, column = 0, after = 0): string {
  const sorted = inOrder(value)
  const flat = repr(sorted)
  if (flat.length <= 80 - column - after) return flat
  const lines = (parts: string[]): string => parts.join(`,\n${' '.repeat(column + 1)}`)
  const room = (index: number, size: number): number => (index === size - 1 ? after + 1 : 1)
  if (Array.isArray(sorted)) {
    return `[${lines(sorted.map((one, index) => pretty(one, column + 1, room(index, sorted.length))))}]`
  }
  if (!isDict(sorted)) return flat
  const entries = entriesOf(sorted)
  const shown = entries.map(([key, one], index) => {
    const name = repr(key)
    return `${name}: ${pretty(one, column + name.length + 3, room(index, entries.length))}`
  })
  return `{${lines(shown)}}`
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value instanceof Tuple ? value : value.map(inOrder)
  if (!isDict(value)) return value
  const entries = entriesOf(value).sort(([a], [b]) => compare(str(a), str(b)))
  return dictOf(entries.map(([key, one]) => [key, inOrder(one)]))
}
