import type { Node, Scalar } from 'yaml'
import { YamlError } from '../errors.ts'
import type { Location } from '../location.ts'
import { yaml } from './library.ts'
import { resolvePlain, toFloat, toInteger } from './scalar.ts'
import { composeYaml } from './syntax.ts'

/** A value that stays encrypted until its owner asks for it; written `!vault |` in YAML. */
export interface VaultValue {
  readonly __ansible_vault: string
}

/** Text that must never be taken for a template; written `!unsafe` in YAML. */
export interface UnsafeValue {
  readonly __ansible_unsafe: string
}

/** A parsed document, and where in the file each of its mappings' and lists' entries is written. */
export interface YamlDocument {
  readonly data: unknown
  /** The place of an entry of a mapping or list of this document, or of the whole when no key is given. */
  readonly locate: (container?: unknown, key?: string | number) => Location
  /** Keys that a mapping gives twice: the last one counts. */
  readonly duplicates: readonly YamlError[]
}

const origins = new WeakMap<object, Location>()

/** Where a VaultValue or UnsafeValue is written: it is used far from there, and errors are to name the place. */
export function originOf(value: object): Location | undefined {
  return origins.get(value)
}

/** An aliased node counts as often as it is used: what `*a` of `*b` of `*c` would expand to is bounded. */
const EXPANDED_NODES = 5_000_000
/** Own properties of this name would be taken for a prototype by a careless copy. */
const FORBIDDEN_KEY = '__proto__'

const TAG = 'tag:yaml.org,2002:'

interface Position {
  readonly offset: number
  readonly entries: Map<string | number, number>
}

/**
 * Reads one YAML document as Ansible does (YAML 1.1, see scalar.ts).
 * `!vault` and `!unsafe` values become a VaultValue and an UnsafeValue.
 * @param text the document; JSON is fine too
 * @param file named in errors
 * @param options.duplicateKeys whether a key that is given twice is an error, or collected
 * @throws YamlError with line and column: bad syntax, a duplicate key, a tag that is not known, several
 * documents, a `__proto__` key, or aliases that expand beyond bounds
 */
export function parseYaml(
  text: string,
  file: string,
  { duplicateKeys = 'refuse' }: { readonly duplicateKeys?: 'refuse' | 'collect' } = {},
): YamlDocument {
  const { isAlias, isMap, isScalar, isSeq, LineCounter } = yaml()
  const lines = new LineCounter()
  const positions = new WeakMap<object, Position>()
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  const fail = (offset: number, message: string, hint?: string): never => {
    throw new YamlError(message, { at: at(offset), ...(hint === undefined ? {} : { hint }) })
  }

  const document = composeYaml(text, lines)
  if ('offset' in document) return fail(document.offset, document.message)

  const anchors = new Map<string, { readonly value: unknown; readonly size: number }>()
  const duplicates: YamlError[] = []
  let nodes = 0
  let unsafe = 0
  // What stands inside a list or mapping that is marked is unsafe, too.
  const marked = <T>(tag: string | undefined, work: () => T): T => {
    unsafe += tag === UNSAFE ? 1 : 0
    const value = work()
    unsafe -= tag === UNSAFE ? 1 : 0
    return value
  }

  const convert = (node: Node | null): unknown => {
    if (node === null) return null
    if (isAlias(node)) {
      const target = anchors.get(node.source) ?? fail(start(node), `unknown alias *${node.source}`)
      nodes += target.size
      if (nodes > EXPANDED_NODES) fail(start(node), `aliases expand to more than ${EXPANDED_NODES} values`)
      return target.value
    }
    const before = nodes
    nodes += 1
    const value = isMap(node) ? mapping(node) : isSeq(node) ? list(node) : scalar(node as Scalar)
    if ('anchor' in node && node.anchor !== undefined) {
      anchors.set(node.anchor, { value, size: nodes - before })
    }
    return value
  }

  const scalar = (node: Scalar): unknown => {
    const source = typeof node.value === 'string' ? node.value : (node.source ?? '')
    if (node.tag === undefined) {
      const plain = node.type === 'PLAIN' ? resolvePlain(source) : source
      return unsafe > 0 && typeof plain === 'string' ? { __ansible_unsafe: plain } : plain
    }
    const tagged = TAGS[node.tag]
    if (tagged === undefined) return fail(start(node), unknownTag(node.tag))
    const value = tagged(source)
    if (typeof value === 'object' && value !== null) origins.set(value, at(start(node)))
    return value
  }

  const list = (node: { readonly items: readonly unknown[]; tag?: string } & Node): unknown[] => {
    const known = [UNSAFE, ...['seq', 'omap', 'pairs'].map((name) => TAG + name)]
    if (node.tag !== undefined && !known.includes(node.tag)) {
      fail(start(node), unknownTag(node.tag))
    }
    const entries = new Map<string | number, number>()
    const items = () =>
      node.items.map((item, index) => {
        entries.set(index, start(item as Node))
        return convert(item as Node)
      })
    const values = marked(node.tag, items)
    positions.set(values, { offset: start(node), entries })
    return values
  }

  const mapping = (node: { readonly items: readonly Pair[]; tag?: string } & Node): object => {
    if (node.tag !== undefined && ![UNSAFE, `${TAG}map`, `${TAG}set`].includes(node.tag)) {
      fail(start(node), unknownTag(node.tag))
    }
    const result: Record<string, unknown> = {}
    const merged: unknown[] = []
    const entries = new Map<string | number, number>()
    for (const pair of node.items) {
      const key = pair.key as Node | null
      const offset = key === null ? start(node) : start(key)
      if (isScalar(key) && key.type === 'PLAIN' && key.value === '<<' && key.tag === undefined) {
        merged.push(...mergeSources(convert(pair.value as Node | null), offset))
        continue
      }
      const name = keyText(plainKey(key), offset)
      const first = entries.get(name)
      if (first !== undefined) {
        const message = `found a duplicate dict key (${name}), first given in line ${at(first).line}`
        if (duplicateKeys === 'refuse') fail(offset, message)
        duplicates.push(new YamlError(message, { at: at(offset) }))
      }
      entries.set(name, offset)
      result[name] = marked(node.tag, () => convert(pair.value as Node | null))
    }
    for (const source of merged) {
      for (const [name, value] of Object.entries(source as object)) {
        if (!Object.hasOwn(result, name)) result[name] = value
      }
    }
    positions.set(result, { offset: start(node), entries })
    return result
  }

  // Keys are names even where values are unsafe.
  const plainKey = (key: Node | null): unknown => {
    const before = unsafe
    unsafe = 0
    const value = convert(key)
    unsafe = before
    return value
  }

  const mergeSources = (value: unknown, offset: number): unknown[] => {
    const sources = Array.isArray(value) ? value : [value]
    const bad = sources.some(
      (source) => typeof source !== 'object' || source === null || Array.isArray(source),
    )
    return bad ? fail(offset, "'<<' needs a mapping, or a list of mappings") : sources
  }

  const keyText = (key: unknown, offset: number): string => {
    if (typeof key === 'object' && key !== null)
      return fail(offset, 'a key must be text, not a list or mapping')
    const name = key === null ? '' : String(key)
    return name === FORBIDDEN_KEY ? fail(offset, `the key '${FORBIDDEN_KEY}' is not allowed`) : name
  }

  const data = convert(document.contents as Node | null)
  const locate = (container: unknown = data, key?: string | number): Location => {
    const position =
      typeof container === 'object' && container !== null ? positions.get(container) : undefined
    if (position === undefined) return { file }
    return at((key === undefined ? undefined : position.entries.get(key)) ?? position.offset)
  }
  return { data, locate, duplicates }
}

interface Pair {
  readonly key: unknown
  readonly value: unknown
}

const UNSAFE = '!unsafe'

const TAGS: Readonly<Record<string, (source: string) => unknown>> = {
  [`${TAG}str`]: (source) => source,
  [`${TAG}int`]: toInteger,
  [`${TAG}float`]: toFloat,
  [`${TAG}bool`]: (source) => resolvePlain(source) === true,
  [`${TAG}null`]: () => null,
  [`${TAG}timestamp`]: (source) => source,
  [`${TAG}binary`]: (source) => Buffer.from(source, 'base64').toString(),
  '!vault': (source): VaultValue => ({ __ansible_vault: source }),
  '!vault-encrypted': (source): VaultValue => ({ __ansible_vault: source }),
  [UNSAFE]: (source): UnsafeValue => ({ __ansible_unsafe: source }),
}

function start(node: Node): number {
  return node.range?.[0] ?? 0
}

function unknownTag(tag: string): string {
  return `unknown tag ${tag}; use one of: !vault, !unsafe`
}
