import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import { dictOf } from '../python/dicts.ts'
import { EvaluationError, float } from '../python/values.ts'

const core = 'tag:yaml.org,2002:'

type Tag = Yaml.Tags[number]

function tagName(tag: Tag): string {
  return typeof tag === 'string' ? `${core}${tag}` : tag.tag
}

/** PyYAML does not take `y` and `n` for booleans. */
function withoutLetters(tag: Tag): Tag {
  if (typeof tag === 'string' || tag.tag !== `${core}bool` || !('test' in tag)) return tag
  const { test } = tag
  return {
    ...tag,
    test: test?.test('yes')
      ? /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/
      : /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/,
  } as Tag
}

let yaml: typeof Yaml | undefined

/**
 * Reads YAML 1.1 as PyYAML does (`yes` is true, `0o` is text, `<<` merges); dates stay text.
 * @returns one value for each document
 */
export function parseYaml(source: string): unknown[] {
  yaml ??= createRequire(import.meta.url)('yaml') as typeof Yaml
  const { isMap, isSeq, isScalar, isAlias, parseAllDocuments } = yaml
  const documents = parseAllDocuments(source, {
    schema: 'yaml-1.1',
    merge: true,
    intAsBigInt: true,
    customTags: (tags) => tags.filter((tag) => tagName(tag) !== `${core}timestamp`).map(withoutLetters),
  })
  if (!Array.isArray(documents)) return []
  return documents.map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw new EvaluationError(`from_yaml: ${error.message.split('\n')[0]}`)
    const read = (node: unknown): unknown => {
      if (isAlias(node)) return read(node.resolve(document))
      if (isSeq(node)) return node.items.map(read)
      if (isMap(node)) return plain(document.toJS())
      if (!isScalar(node)) return null
      return scalar(node.value, node.source)
    }
    const plain = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(plain)
      if (typeof value === 'bigint') return scalar(value, undefined)
      if (typeof value !== 'object' || value === null || value instanceof Date) return value
      if (value instanceof Map) return dictOf([...value].map(([key, item]) => [key, plain(item)]))
      return dictOf(Object.entries(value).map(([key, item]) => [key, plain(item)]))
    }
    return isMap(document.contents) || isSeq(document.contents)
      ? plain(document.toJS())
      : read(document.contents)
  })
}

function scalar(value: unknown, source: string | undefined): unknown {
  if (typeof value === 'bigint')
    return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : value
  if (typeof value === 'number' && source !== undefined && /[.eE]/.test(source)) return float(value)
  return value
}
