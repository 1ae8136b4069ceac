import { extname } from 'node:path'
import type { Node, Pair } from 'yaml'
import { isTooShort, type Secrets } from '../../core/secrets.ts'
import { yaml } from '../../core/yaml/library.ts'
import { resolvePlain } from '../../core/yaml/scalar.ts'
import { composeYaml } from '../../core/yaml/syntax.ts'

const DATA = ['', '.yml', '.yaml', '.json']
/** Shorter lines say little by themselves, and occur elsewhere: `server {`. */
const SHORTEST_LINE = 8
/** Of longer texts only the whole is masked: each line costs memory. */
const MOST_LINES = 5000
/** Of those in one warning. */
const MOST_NAMES = 10
/** `NAME=value`, `name: value`: what a line of a configuration sets. */
const SETTING = /^\s*(?:export\s+|-\s+)?[\w.-]+["']?\s*[=:]\s*(.+?),?\s*$/

/** Makes a decrypted value secret: as a whole, and line by line, since outputs are shown by lines too. */
export function learnValue(text: string, secrets: Secrets): void {
  secrets.add(text)
  const lines = text.split(/\r?\n/)
  if (lines.length < 2 || lines.length > MOST_LINES) return
  for (const line of lines)
    for (const part of [line.trim(), settingIn(line)]) if (part.length >= SHORTEST_LINE) secrets.add(part)
}

function settingIn(line: string): string {
  const [, value = ''] = SETTING.exec(line) ?? []
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value
}

/** Makes what a decrypted file holds secret: each value of a file of variables, each line of another text. */
export function learnFile(content: Buffer, file: string, secrets: Secrets): void {
  if (content.includes(0)) return
  const text = content.toString('utf8')
  const node = DATA.includes(extname(file)) ? treeOf(text) : undefined
  if (node === undefined) {
    learnValue(text, secrets)
    return
  }
  const short: string[] = []
  learnNode(node, '', { secrets, short })
  if (short.length > 0) secrets.warnOfShort(`${listed(short)} of ${file}`)
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `'${name}'`)
  return [...shown, ...(names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : [])].join(', ')
}

interface Learning {
  readonly secrets: Secrets
  /** The paths of values that are too short. */
  readonly short: string[]
}

// By the syntax tree and not by the data: a value that another of the same key replaces is as secret as that one.
function learnNode(node: Node | null | undefined, path: string, learning: Learning): void {
  const { isMap, isScalar, isSeq } = yaml()
  if (isMap(node)) {
    for (const { key, value } of node.items as Pair<Node, Node>[]) {
      const own = isScalar(key) ? String(key.value) : '?'
      learnNode(value, path === '' ? own : `${path}.${own}`, learning)
    }
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => {
      learnNode(item as Node, `${path}[${index}]`, learning)
    })
  } else if (isScalar(node)) {
    const source = typeof node.value === 'string' ? node.value : (node.source ?? '')
    const value = node.type === 'PLAIN' && node.tag === undefined ? resolvePlain(source) : source
    if (typeof value === 'boolean' || value === null) return
    if (isTooShort(source)) learning.short.push(path)
    learnTemplate(source, learning.secrets)
    // A number is printed as it is read, which may be another text than it was written as.
    if (typeof value !== 'string') learning.secrets.add(value)
  }
}

// `postgres://user:secret@{{ host }}/` is used as what it renders to: what stands around the marks is secret as well.
function learnTemplate(text: string, secrets: Secrets): void {
  learnValue(text, secrets)
  const pieces = text.split(/\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/s)
  if (pieces.length < 2) return
  for (const piece of pieces) if (piece.trim().length >= SHORTEST_LINE) secrets.add(piece.trim())
}

function treeOf(text: string): Node | undefined {
  const document = composeYaml(text, new (yaml().LineCounter)())
  const node = 'offset' in document ? null : (document.contents as Node | null)
  return node === null || yaml().isScalar(node) ? undefined : node
}
