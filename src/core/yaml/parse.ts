import type { Node, Scalar } from 'yaml'
import { YamlError } from '../errors.ts'
import type { Location } from '../location.ts'
import { atOnce, type Sliced } from '../slices.ts'
import { dictOf } from '../values/dicts.ts'
import { keyOf } from '../values/keys.ts'
import { str } from '../values/text.ts'
import { type MappingBuilder, type Pair, readPieces } from './in-pieces.ts'
import { keyProblem, mergedEntries } from './keys.ts'
import { yaml } from './library.ts'
import { LONG, NotCut } from './pieces.ts'
import { resolvePlain } from './scalar.ts'
import { composeDocuments, composeYaml } from './syntax.ts'
import { TAG, TAGS, UNSAFE, unknownTag } from './tags.ts'

export type { UnsafeValue, VaultValue } from './tags.ts'

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

/** How documents are read. */
export interface ParseOptions {
  /** Whether a key that is given twice is an error, or collected. */
  readonly duplicateKeys?: 'refuse' | 'collect'
  /** The text may hold several documents, and the data is their list. */
  readonly several?: boolean
}

interface Position {
  readonly offset: number
  readonly entries: ReadonlyMap<unknown, number>
}

/**
 * Reads one YAML document as Ansible does (YAML 1.1, see scalar.ts).
 * `!vault` and `!unsafe` values become a VaultValue and an UnsafeValue.
 * @param text the document; JSON is fine too
 * @param file named in errors
 * @throws YamlError with line and column: bad syntax, a duplicate key, a tag that is not known, several
 * documents, a `__proto__` key, or aliases that expand beyond bounds
 */
export function parseYaml(text: string, file: string, options: ParseOptions = {}): YamlDocument {
  return atOnce(parsing(text, file, options))
}

/** As `parseYaml`, in slices. A long document is read in pieces; if one is wrong, the whole is read for the error. */
export function* parsing(text: string, file: string, options: ParseOptions): Sliced<YamlDocument> {
  if (text.length >= LONG && options.several !== true) {
    try {
      return yield* reading(text, file, options, readPieces)
    } catch (error) {
      if (!(error instanceof NotCut || error instanceof YamlError)) throw error
    }
  }
  return yield* reading(text, file, options)
}

function* reading(
  text: string,
  file: string,
  { duplicateKeys = 'refuse', several = false }: ParseOptions,
  pieces?: typeof readPieces,
): Sliced<YamlDocument> {
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
    // The bare tag `!` leaves a value as it would be without it.
    if (node.tag === '!') delete node.tag
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

  const mapping = (node: { readonly items: readonly unknown[]; tag?: string } & Node): object => {
    if (node.tag !== undefined && ![UNSAFE, `${TAG}map`, `${TAG}set`].includes(node.tag)) {
      fail(start(node), unknownTag(node.tag))
    }
    const draft = build.open(start(node))
    for (const pair of node.items) build.add(draft, pair as Pair, node.tag)
    return build.close(draft)
  }

  const build: MappingBuilder<MappingDraft, unknown> = {
    open: (offset) => ({ offset, own: [], merged: [], entries: new Map() }),
    key: ({ entries, offset: whole }, key) => {
      const offset = key === null ? whole : start(key)
      const name = plainKey(key)
      // What a template reads is data that nobody copies carelessly.
      const problem = several ? undefined : keyProblem(name)
      if (problem !== undefined) fail(offset, problem)
      const hash = keyOf(name)
      const first = entries.get(hash)
      if (first !== undefined) {
        const message = `found a duplicate dict key (${str(name)}), first given in line ${at(first).line}`
        if (duplicateKeys === 'refuse') fail(offset, message)
        duplicates.push(new YamlError(message, { at: at(offset) }))
      }
      entries.set(hash, offset)
      return name
    },
    value: ({ own }, name, value) => {
      own.push([name, value])
    },
    add: (draft, { key, value }, tag) => {
      if (isScalar(key) && key.type === 'PLAIN' && key.value === '<<' && key.tag === undefined)
        draft.merged.push(...(mergedEntries(convert(value)) ?? fail(start(key), NO_MERGE)))
      else
        build.value(
          draft,
          build.key(draft, key),
          marked(tag, () => convert(value)),
        )
    },
    close: ({ offset, own, merged, entries }) => {
      const result = dictOf(merged.length === 0 ? own : [...merged, ...own])
      positions.set(result, { offset, entries })
      return result
    },
  }

  // Keys are names even where values are unsafe.
  const plainKey = (key: Node | null): unknown => {
    const before = unsafe
    unsafe = 0
    const value = convert(key)
    unsafe = before
    return value
  }

  const whole = (): unknown => {
    if (several) return all()
    const document = composeYaml(text, lines)
    if ('offset' in document) return fail(document.offset, document.message)
    return convert(document.contents as Node | null)
  }
  const all = (): unknown[] => {
    const documents = composeDocuments(text, lines)
    if ('offset' in documents) return fail(documents.offset, documents.message)
    return documents.map((document) => {
      anchors.clear()
      return convert(document.contents as Node | null)
    })
  }
  const data = pieces === undefined ? whole() : yield* pieces(text, lines, build)
  const locate = (container: unknown = data, key?: string | number): Location => {
    const position =
      typeof container === 'object' && container !== null ? positions.get(container) : undefined
    if (position === undefined) return { file }
    return at((key === undefined ? undefined : position.entries.get(key)) ?? position.offset)
  }
  return { data, locate, duplicates }
}

const NO_MERGE = "'<<' needs a mapping, or a list of mappings"

interface MappingDraft {
  readonly offset: number
  readonly own: [unknown, unknown][]
  readonly merged: [unknown, unknown][]
  readonly entries: Map<unknown, number>
}

function start(node: Node): number {
  return node.range?.[0] ?? 0
}
