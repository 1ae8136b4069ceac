import { compare } from '../python/compare.ts'
import { entriesOf } from '../python/dicts.ts'
import { floatText, str } from '../python/text.ts'
import { type Dict, failUndefined, isDict, PyFloat, Undefined, Unsafe } from '../python/values.ts'
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

/** YAML as PyYAML's dumper writes it. */
export function toYaml(value: unknown, style: YamlStyle): string {
  if (!isCollection(value)) {
    return `${scalar(value, 0, style, false)}\n`
  }
  return isFlow(value, style)
    ? `${flow(value, 0, style)}\n`
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
    .map(([key, item]) => {
      const name = scalar(key, column, style, true)
      return `\n${margin}${name}:${mapValue(item, column, style, name.length)}`
    })
    .join('')
}

function listItem(item: unknown, column: number, style: YamlStyle): string {
  const inner = column + Math.max(2, style.indent)
  if (!isCollection(item)) return ` ${scalar(item, column + style.indent, style, false, column + 2)}`
  if (isFlow(item, style)) return ` ${flow(item, column + style.indent, style, column + 2)}`
  const body = block(item, inner, style).replace(/^\n */, '')
  return `${' '.repeat(inner - column - 1)}${body}`
}

function mapValue(item: unknown, column: number, style: YamlStyle, used: number): string {
  if (!isCollection(item)) return ` ${scalar(item, column + style.indent, style, false, column + used + 2)}`
  if (isFlow(item, style)) return ` ${flow(item, column + style.indent, style, column + used + 2)}`
  return block(item, Array.isArray(item) ? column : column + style.indent, style)
}

/** A collection on one line, broken where the width is passed. */
function flow(value: Collection, margin: number, style: YamlStyle, start = margin): string {
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const parts = Array.isArray(value)
    ? value.map((item) => piece(item, margin, style))
    : entries(value, style).map(
        ([key, item]) => `${scalar(key, margin, style, true)}: ${piece(item, margin, style)}`,
      )
  let text = open ?? ''
  let column = start + 1
  for (const [index, part] of parts.entries()) {
    if (index > 0) {
      text += ','
      column += 1
    }
    if (column > style.width) {
      text += `\n${' '.repeat(margin)}`
      column = margin
    } else if (index > 0) {
      text += ' '
      column += 1
    }
    text += part
    column += part.length
  }
  return text + close
}

function piece(item: unknown, margin: number, style: YamlStyle): string {
  return isCollection(item)
    ? flow(item, margin, style)
    : scalar(item, margin, { ...style, width: Number.POSITIVE_INFINITY }, true)
}

function scalar(value: unknown, margin: number, style: YamlStyle, simple: boolean, start = margin): string {
  if (value instanceof Undefined) failUndefined(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : yamlFloat(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof PyFloat) return yamlFloat(value.value)
  const text = value instanceof Unsafe ? value.text : str(value)
  return writeScalar(text, { margin, start, simple, width: style.width, allowUnicode: style.allowUnicode })
}

function yamlFloat(value: number): string {
  const text = floatText(value)
  if (text === 'nan') return '.nan'
  if (text.endsWith('inf')) return text.replace('inf', '.inf')
  return text.includes('.') ? text : text.replace('e', '.0e')
}
