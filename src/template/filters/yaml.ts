import { compare } from '../../core/values/compare.ts'
import { entriesOf } from '../../core/values/dicts.ts'
import { floatText } from '../../core/values/float-text.ts'
import { str } from '../../core/values/text.ts'
import { type Dict, failUndefined, isDict, PyFloat, Undefined, Unsafe } from '../../core/values/types.ts'
import { writeScalar } from './yaml-scalars.ts'

export interface YamlStyle {
  readonly indent: number
  readonly width: number
  readonly sortKeys: boolean
  /** Collections that hold no others are written on one line: PyYAML's `default_flow_style=None`. */
  readonly flowLeaves: boolean
  readonly allowUnicode: boolean
}

type Collection = unknown[] | Dict

const isCollection = (value: unknown): value is Collection => Array.isArray(value) || isDict(value)

/** Where a scalar stands: the indentation of its further lines, its column, and what may not break or be plain. */
interface Spot {
  readonly margin: number
  readonly start: number
  readonly kind: 'block' | 'flow' | 'block key' | 'flow key'
}

/** YAML as PyYAML's dumper writes it. */
export function toYaml(value: unknown, style: YamlStyle): string {
  if (!isCollection(value))
    return `${scalar(value, { margin: style.indent, start: 0, kind: 'block' }, style)}\n`
  return isFlow(value, style)
    ? `${flow(value, style.indent, style, 0)}\n`
    : `${block(value, 0, style).replace(/^\n/, '')}\n`
}

function isFlow(value: Collection, style: YamlStyle): boolean {
  const items = Array.isArray(value) ? value : entriesOf(value).map(([, item]) => item)
  return items.length === 0 || (style.flowLeaves && !items.some(isCollection))
}

function entries(dict: Dict, style: YamlStyle): [unknown, unknown][] {
  return style.sortKeys ? entriesOf(dict).sort(([a], [b]) => compare(a, b)) : entriesOf(dict)
}

/** A block collection, with a line break before it. `column` is the indentation of its lines. */
function block(value: Collection, column: number, style: YamlStyle): string {
  const margin = ' '.repeat(column)
  if (Array.isArray(value))
    return value.map((item) => `\n${margin}-${listItem(item, column, style)}`).join('')
  return entries(value, style)
    .map(([key, item]) => `\n${margin}${blockKey(key, column, style)}${mapValue(item, column, style, key)}`)
    .join('')
}

/** Keys over several lines, and very long ones, need a mark of their own. */
function isSimpleKey(key: unknown): boolean {
  return typeof key !== 'string' || (key.length < 128 && !/[\n\x85\u2028\u2029]/.test(key))
}

function blockKey(key: unknown, column: number, style: YamlStyle): string {
  const spot = { margin: column + style.indent, start: column }
  if (isSimpleKey(key)) return `${scalar(key, { ...spot, kind: 'block key' }, style)}:`
  return `? ${scalar(key, { ...spot, start: column + 2, kind: 'block' }, style)}\n${' '.repeat(column)}:`
}

function listItem(item: unknown, column: number, style: YamlStyle): string {
  if (!isCollection(item))
    return ` ${scalar(item, { margin: column + style.indent, start: column + 2, kind: 'block' }, style)}`
  if (isFlow(item, style)) return ` ${flow(item, column + style.indent, style, column + 2)}`
  return below(item, column, style)
}

/** A block collection that begins on the line of the `-`, `?` or `:` before it. */
function below(item: Collection, column: number, style: YamlStyle): string {
  const inner = column + Math.max(2, style.indent)
  return `${' '.repeat(inner - column - 1)}${block(item, inner, style).replace(/^\n */, '')}`
}

function mapValue(item: unknown, column: number, style: YamlStyle, key: unknown): string {
  const used = isSimpleKey(key) ? blockKey(key, column, style).length + 1 : 2
  const margin = column + style.indent
  if (!isCollection(item)) return ` ${scalar(item, { margin, start: column + used, kind: 'block' }, style)}`
  if (isFlow(item, style)) return ` ${flow(item, margin, style, column + used)}`
  if (!isSimpleKey(key)) return below(item, column, style)
  return block(item, Array.isArray(item) ? column : margin, style)
}

/** A collection on one line, broken where the width is passed. */
function flow(value: Collection, margin: number, style: YamlStyle, start: number): string {
  const [open = '', close = ''] = Array.isArray(value) ? '[]' : '{}'
  let text = open
  const column = (): number =>
    text.includes('\n') ? text.length - text.lastIndexOf('\n') - 1 : start + text.length
  const parts: [unknown, unknown][] = Array.isArray(value)
    ? value.map((item) => [undefined, item])
    : entries(value, style)
  for (const [index, [key, item]] of parts.entries()) {
    if (index > 0) text += ','
    if (column() > style.width) text += `\n${' '.repeat(margin)}`
    else if (index > 0) text += ' '
    const inner = margin + style.indent
    if (!Array.isArray(value))
      text += `${scalar(key, { margin: inner, start: column(), kind: 'flow key' }, style)}: `
    text += isCollection(item)
      ? flow(item, inner, style, column())
      : scalar(item, { margin: inner, start: column(), kind: 'flow' }, style)
  }
  return text + close
}

function scalar(value: unknown, spot: Spot, style: YamlStyle): string {
  if (value instanceof Undefined) failUndefined(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : yamlFloat(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof PyFloat) return yamlFloat(value.value)
  const text = value instanceof Unsafe ? value.text : str(value)
  const { margin, start, kind } = spot
  const place = { margin, start, key: kind.endsWith('key'), flow: kind.startsWith('flow') }
  return writeScalar(text, { ...place, width: style.width, allowUnicode: style.allowUnicode })
}

function yamlFloat(value: number): string {
  const text = floatText(value)
  if (text === 'nan') return '.nan'
  if (text.endsWith('inf')) return text.replace('inf', '.inf')
  return text.includes('.') ? text : text.replace('e', '.0e')
}
