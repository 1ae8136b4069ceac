import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import { dictOf } from '../python/dicts.ts'
import { EvaluationError, float } from '../python/values.ts'

const core = 'tag:yaml.org,2002:'

type Tag = Yaml.Tags[number]

function tagName(tag: Tag): string {
  return typeof tag === 'string' ? `${core}${tag}` : tag.tag
}

/** PyYAML takes neither `y` and `n` for booleans nor `1e3` for a number: there, a float has a dot. */
function asPyYaml(tag: Tag): Tag {
  if (typeof tag === 'string' || !('test' in tag)) return tag
  if (tag.tag === `${core}bool`) {
    const yes = tag.test?.test('yes') === true
    const test = yes
      ? /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/
      : /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/
    return { ...tag, test } as Tag
  }
  if (tag.tag !== `${core}float` || tag.format !== 'EXP') return tag
  return { ...tag, test: /^[-+]?(?:[0-9][0-9_]*)\.[0-9_]*[eE][-+][0-9]+$/ } as Tag
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
    customTags: (tags) => tags.filter((tag) => tagName(tag) !== `${core}timestamp`).map(asPyYaml),
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
