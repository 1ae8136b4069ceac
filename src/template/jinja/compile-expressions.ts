import {
  type BinaryNode,
  type CallArguments,
  type InlineIfNode,
  isKind,
  type LiteralNode,
  type NodeOf,
  type SymbolNode,
  type UnaryNode,
} from './nodes.ts'
import { type Node, type NodeList, nunjucks } from './nunjucks.ts'

export type Part = string | Node | null

export const text = (value: string): string =>
  JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')

/**
 * nunjucks' compiler with Python's meaning of expressions. Where nunjucks emits bare JavaScript operators, this
 * emits calls of the runtime `rt`; `$l` and `$c` keep the place of what is evaluated, for errors.
 */
export function expressionCompiler() {
  const { compiler } = nunjucks()
  return class ExpressionCompiler extends compiler.Compiler {
    /** The source calls methods that change values. */
    changing = false

    /** Emits pieces of code and nodes in turn. */
    write(...parts: Part[]): void {
      for (const part of parts) {
        if (typeof part === 'string') this._emit(part)
        else if (part === null) this._emit('null')
        else this.compile(part, undefined)
      }
    }

    writeList(nodes: readonly Part[]): void {
      for (const node of nodes) this.write(node, ',')
    }

    place(node: Node): string {
      return `$l=${node.lineno + 1},$c=${node.colno + 1}`
    }

    compileLiteral(node: LiteralNode): void {
      this._emit(typeof node.value === 'string' ? text(node.value) : String(node.value))
    }

    compileNumber(node: NodeOf<'Number'>): void {
      this._emit(node.float ? `rt.float(${node.code})` : node.code)
    }

    compileSymbol(node: SymbolNode): void {
      if (node.value === 'super') this._emit('rt.superOf(context, frame)')
      else if (node.value === 'self') this._emit('rt.self(context, frame)')
      else this._emit(`rt.name(frame, ${text(node.value)})`)
    }

    compileArray(node: NodeList): void {
      this.write('[')
      this.writeList(node.children)
      this.write(']')
    }

    compileTuple(node: NodeOf<'Tuple'>): void {
      this.write('rt.tuple([')
      this.writeList(node.items)
      this.write('])')
    }

    compileDictLiteral(node: NodeOf<'DictLiteral'>): void {
      this.write(this.changing ? 'rt.growing([' : 'rt.dict([')
      for (const [key, value] of node.pairs) this.write('[', key, ',', value, '],')
      this.write('])')
    }

    compileAttribute(node: NodeOf<'Attribute'>): void {
      this.write('rt.attribute(', node.target, `,${text(node.name)},${text(sourceOf(node.target))})`)
    }

    compileItem(node: NodeOf<'Item'>): void {
      this.write('rt.item(', node.target, ',', node.key, `,${text(sourceOf(node.target))})`)
    }

    compileSlice(node: NodeOf<'Slice'>): void {
      this.write('rt.slice(', node.target)
      for (const bound of [0, 1, 2].map((index) => node.bounds[index] ?? null)) this.write(',', bound)
      this.write(')')
    }

    /** `[positional],{named}`: what every call passes on. */
    writeArguments(args: CallArguments, extra?: () => void, lookup = false): void {
      this.write('[')
      for (const { value, spread } of args.positional) {
        if (spread) this.write('...rt.items(', value, '),')
        else if (lookup && isTemplate(value)) this.write(`rt.rendered(context,${text(value.value)}),`)
        else this.write(value, ',')
      }
      if (args.named.length === 0 && extra === undefined) {
        this.write('],rt.noNames')
        return
      }
      this.write('],{__proto__:null,')
      for (const { name, value } of args.named) {
        if (name === null) this.write('...rt.named(', value, '),')
        else this.write(`[${text(name)}]:`, value, ',')
      }
      extra?.()
      this.write('}')
    }

    compileCall(node: NodeOf<'Call'>): void {
      this.writeCall(node)
    }

    writeCall(node: NodeOf<'Call'>, extra?: () => void): void {
      const { target } = node
      if (isKind(target, 'Attribute')) {
        this.write('rt.callMethod(', target.target, `,(${this.place(target)},${text(target.name)}),`)
      } else this.write('rt.call(', target, ',')
      this.writeArguments(node.args, extra, lookups.has((target as SymbolNode).value))
      this.write(isKind(target, 'Attribute') ? `,${text(sourceOf(target.target))})` : ')')
    }

    compilePipe(node: NodeOf<'Pipe'>): void {
      this.write('rt.filter(context,', node.target, `,(${this.place(node)},${text(node.name)}),`)
      this.writeArguments(node.args)
      this.write(')')
    }

    compileTest(node: NodeOf<'Test'>): void {
      this.write('rt.test(context,', node.target, `,(${this.place(node)},${text(node.name)}),`)
      this.writeArguments(node.args)
      this.write(')')
    }

    compileInlineIf(node: InlineIfNode): void {
      this.write('(rt.truth(', node.cond, ')?', node.body, ':')
      this.write(node.else_ ?? 'rt.noElse()', ')')
    }

    compileOr(node: BinaryNode): void {
      const id = this._tmpid()
      this.locals.add(id)
      this.write(`(rt.truth(${id}=`, node.left, `)?${id}:`, node.right, ')')
    }

    compileAnd(node: BinaryNode): void {
      const id = this._tmpid()
      this.locals.add(id)
      this.write(`(rt.truth(${id}=`, node.left, ')?', node.right, `:${id})`)
    }

    /** Variables that hold an operand while the other one is looked at. */
    readonly locals = new Set<string>()

    compileNot(node: UnaryNode): void {
      this.write('!rt.truth(', node.target, ')')
    }

    compileNeg(node: UnaryNode): void {
      this.write('rt.negate(', node.target, ')')
    }

    compilePos(node: UnaryNode): void {
      this.write('rt.positive(', node.target, ')')
    }

    compileArithmetic(node: NodeOf<'Arithmetic'>): void {
      this.write(`rt.operate(${text(node.operator)},`, node.left, ',', node.right, ')')
    }

    compileJoin(node: NodeOf<'Join'>): void {
      this.write('rt.join([')
      this.writeList(node.parts)
      this.write('])')
    }

    /** `a < b < c` evaluates each operand once, and stops at the first comparison that fails. */
    compileChain(node: NodeOf<'Chain'>): void {
      const ids = [node.first, ...node.rest.map(([, operand]) => operand)].map(() => this._tmpid())
      for (const id of ids) this.locals.add(id)
      this.write(`(${ids[0]}=`, node.first, ',')
      let before = node.first
      for (const [index, [operator, operand]] of node.rest.entries()) {
        if (index > 0) this.write('&&')
        const compare = `${text(operator)},${ids[index]},${ids[index + 1]}=`
        if (operator.endsWith('=') && isEmptyText(operand))
          this.write(`rt.compareEmpty(context,${text(sourceOf(before))},${compare}`, operand, ')')
        else this.write(`rt.compareWith(${compare}`, operand, ')')
        before = operand
      }
      this.write(')')
    }
  }
}

/** What a playbook writes as the term of a lookup may be a template of its own. What comes from elsewhere never is. */
const lookups = new Set(['lookup', 'query', 'q'])

function isTemplate(node: Node): node is LiteralNode & { readonly value: string } {
  return node.typename === 'Literal' && /\{[{%]/.test(String((node as LiteralNode).value))
}

function isEmptyText(node: Node): boolean {
  return node.typename === 'Literal' && (node as LiteralNode).value === ''
}

/** The source of a chain of names and keys, for messages: `a.b['c']`. */
export function sourceOf(node: Node): string {
  if (node.typename === 'Symbol') return (node as SymbolNode).value
  if (isKind(node, 'Attribute')) return `${sourceOf(node.target)}.${node.name}`
  if (isKind(node, 'Item')) return `${sourceOf(node.target)}[${keySource(node.key)}]`
  if (isKind(node, 'Call')) return `${sourceOf(node.target)}()`
  if (isKind(node, 'Pipe')) return `(${sourceOf(node.target)} | ${node.name})`
  return '(…)'
}

function keySource(node: Node): string {
  if (isKind(node, 'Number')) return node.code
  if (node.typename !== 'Literal') return sourceOf(node)
  const { value } = node as LiteralNode
  return typeof value === 'string' ? `'${value}'` : String(value)
}
