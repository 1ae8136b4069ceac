import { isWholeTemplate } from './fit.ts'
import { dataOf, scalar, type Tree, treeOf } from './tree.ts'

/**
 * The value of `loop` that does what `with_<lookup>` did, as Ansible's documentation of loops has it:
 * https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_loops.html#migrating-from-with-x-to-loop
 * @returns undefined where a template with statements in it leaves no way to write it as one expression
 */
export function loopOf(lookup: string, terms: Tree): Tree | undefined {
  const short = lookup.replace(/^(ansible\.(builtin|legacy)|community\.general)\./, '')
  const known = LOOPS[short]
  return known === undefined ? queryLoop(short, terms) : known(terms)
}

const LOOPS: Readonly<Record<string, (terms: Tree) => Tree | undefined>> = {
  items: itemsLoop,
  flattened: (terms) => pipeLoop(terms, 'flatten') ?? queryLoop('flattened', terms),
  list: (terms) => (terms.kind === 'dict' ? undefined : listed(terms)),
  dict: dictLoop,
}

// `with_items` opens lists that stand in its list, one level deep.
function itemsLoop(terms: Tree): Tree | undefined {
  if (terms.kind !== 'list') return pipeLoop(terms, 'flatten(levels=1)') ?? listed(terms)
  const mayBeList = ({ value }: { readonly value: Tree }) =>
    value.kind === 'scalar' && typeof value.value === 'string' && /\{\{|\{%/.test(value.value)
      ? isWholeTemplate(value.value.trim())
      : false
  if (!terms.items.some(mayBeList)) {
    return { ...terms, items: terms.items.flatMap((item) => openList(item)) }
  }
  const expression = expressionOf(dataOf(terms))
  return expression === undefined ? undefined : scalar(`{{ ${expression} | flatten(levels=1) }}`)
}

function openList<T extends { readonly value: Tree }>(
  item: T,
): readonly (T | Extract<Tree, { kind: 'list' }>['items'][number])[] {
  return item.value.kind === 'list' ? item.value.items : [item]
}

function dictLoop(terms: Tree): Tree | undefined {
  if (terms.kind !== 'dict') return pipeLoop(terms, 'dict2items')
  const items = terms.entries.map(({ key, value, notes }) => ({
    value: {
      kind: 'dict' as const,
      entries: [
        { key: 'key', value: scalar(key), notes: NONE },
        { key: 'value', value, notes: NONE },
      ],
      end: [],
    },
    notes,
  }))
  return { kind: 'list', items, end: terms.end }
}

const NONE = { before: [], blank: false }

/** A whole template with one more filter behind its expression. */
function pipeLoop(terms: Tree, filter: string): Tree | undefined {
  const text = terms.kind === 'scalar' && typeof terms.value === 'string' ? terms.value.trim() : ''
  const expression = wholeExpression(text)
  return expression === undefined ? undefined : scalar(`{{ ${expression} | ${filter} }}`)
}

// A lookup's terms: each element of a list is one, and anything else is the only one.
function queryLoop(lookup: string, terms: Tree): Tree | undefined {
  const data = dataOf(terms)
  if (typeof data === 'string' && isWholeTemplate(data.trim())) {
    const expression = expressionOf(data)
    // The template may give a list of terms or a single one.
    return expression === undefined
      ? undefined
      : scalar(`{{ query('${lookup}', *([${expression}] | flatten(levels=1))) }}`)
  }
  const list = Array.isArray(data) ? data : [data]
  const parts = list.map(expressionOf)
  if (parts.includes(undefined)) return undefined
  return scalar(`{{ query(${[`'${lookup}'`, ...parts].join(', ')}) }}`)
}

function listed(terms: Tree): Tree {
  const isTemplate = terms.kind === 'scalar' && isWholeTemplate(String(terms.value).trim())
  return terms.kind === 'list' || isTemplate ? terms : treeOf([dataOf(terms)])
}

/** The expression inside a text that is one `{{ … }}` and nothing else, in parentheses where a filter needs them. */
function wholeExpression(text: string): string | undefined {
  const inside = /^\{\{-?([\s\S]*?)-?\}\}$/.exec(text)?.[1]?.trim()
  if (inside === undefined || /\{\{|\}\}|\{%/.test(inside)) return undefined
  return isSimple(inside) ? inside : `(${inside})`
}

// Names, attributes, calls and filters behind them: what binds as tight as a filter does.
function isSimple(expression: string): boolean {
  return /^\[[^[\]]*\]$|^[\w.]+(\[['"]?[\w.-]+['"]?\]|\([^()]*\)|\.\w+|\s*\|\s*[\w.]+(\([^()]*\))?)*$/.test(
    expression,
  )
}

/** Data as a Jinja expression; undefined when a template in it has statements or comments. */
export function expressionOf(data: unknown): string | undefined {
  if (typeof data === 'string') return textExpression(data)
  if (Array.isArray(data)) {
    const parts = data.map(expressionOf)
    return parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`
  }
  if (typeof data === 'object' && data !== null) {
    const parts = Object.entries(data).map(([key, value]) => {
      const expression = expressionOf(value)
      return expression === undefined ? undefined : `${jinjaText(key)}: ${expression}`
    })
    return parts.includes(undefined) ? undefined : `{${parts.join(', ')}}`
  }
  if (typeof data === 'boolean') return data ? 'true' : 'false'
  return data === null ? 'none' : String(data)
}

function textExpression(text: string): string | undefined {
  if (/\{%|\{#/.test(text)) return undefined
  const whole = wholeExpression(text.trim())
  if (whole !== undefined) return whole
  const parts = text.split(/\{\{-?([\s\S]*?)-?\}\}/)
  const expressions = parts.map((part, index) => {
    if (index % 2 === 0) return part === '' ? undefined : jinjaText(part)
    return isSimple(part.trim()) ? part.trim() : `(${part.trim()})`
  })
  return expressions.filter((part) => part !== undefined).join(' ~ ') || "''"
}

function jinjaText(text: string): string {
  const escaped = text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  return `'${escaped}'`
}
