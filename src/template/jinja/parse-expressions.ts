import { type CallArguments, make, noArguments, plain, type UnaryNode } from './nodes.ts'
import type { Node } from './nunjucks.ts'
import { primaryParser } from './parse-primaries.ts'

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
const bareArguments: ReadonlySet<string> = new Set([
  'symbol',
  'string',
  'int',
  'float',
  'left-paren',
  'left-bracket',
  'left-curly',
])

/** nunjucks' parser with Jinja2's grammar of expressions: precedence, chains, filters and tests. */
export function expressionParser() {
  return class ExpressionParser extends primaryParser() {
    override parseExpression(): Node {
      return this.parseInlineIf()
    }

    parseInlineIf(): Node {
      let node = this.parseOr()
      while (this.skipSymbol('if')) {
        const condition = this.parseOr()
        const otherwise = this.skipSymbol('else') ? this.parseInlineIf() : null
        node = plain('InlineIf', node, condition, node, otherwise)
      }
      return node
    }

    parseCompare(): Node {
      const first = this.parseSum()
      const rest: [string, Node][] = []
      for (let operator = this.comparison(); operator !== undefined; operator = this.comparison()) {
        rest.push([operator, this.parseSum()])
      }
      return rest.length === 0 ? first : make('Chain', first, { first, rest })
    }

    comparison(): string | undefined {
      const token = this.nextToken()
      if (token?.type === 'operator' && comparisons.has(token.value)) return token.value
      if (token?.type === 'symbol' && token.value === 'in') return 'in'
      if (token?.type === 'symbol' && token.value === 'not') {
        if (this.skipSymbol('in')) return 'not in'
        this.fail("expected 'in' after 'not'", token.lineno, token.colno)
      }
      this.pushToken(token)
      return undefined
    }

    parseIn(): Node {
      return this.parseCompare()
    }

    parseSum(): Node {
      return this.parseLevel(['+', '-'], () => this.parseJoin())
    }

    parseJoin(): Node {
      const parts = [this.parseProduct()]
      while (this.skip('tilde')) parts.push(this.parseProduct())
      const [first] = parts
      return parts.length === 1 && first !== undefined
        ? first
        : make('Join', first ?? this.token(), { parts })
    }

    parseProduct(): Node {
      return this.parseLevel(['*', '/', '//', '%'], () => this.parsePower())
    }

    parsePower(): Node {
      return this.parseLevel(['**'], () => this.parseUnary())
    }

    parseLevel(operators: readonly string[], next: () => Node): Node {
      let left = next()
      for (;;) {
        const operator = operators.find((one) => this.skipValue('operator', one))
        if (operator === undefined) return left
        left = make('Arithmetic', left, { operator, left, right: next() })
      }
    }

    parseUnary(noFilters?: boolean): Node {
      const at = this.peekToken() ?? this.fail('expected expression, got end of template')
      const sign = ['-', '+'].find((one) => this.skipValue('operator', one))
      const inner = sign === undefined ? this.parsePrimary() : this.parseUnary(true)
      const node = this.parsePostfix(
        sign === undefined ? inner : plain<UnaryNode>(sign === '-' ? 'Neg' : 'Pos', at, inner),
      )
      return noFilters === true ? node : this.parseFilter(node)
    }

    parseFilter(node: Node): Node {
      for (;;) {
        if (this.skip('pipe')) {
          const { name, at } = this.parseDottedName()
          node = make('Pipe', at, {
            target: node,
            name,
            args: this.peekIs('left-paren') ? this.parseArguments() : noArguments,
          })
        } else if (this.skipSymbol('is')) node = this.parseTest(node)
        else if (this.peekIs('left-paren'))
          node = make('Call', node, { target: node, args: this.parseArguments() })
        else return node
      }
    }

    parseTest(target: Node): Node {
      const negated = this.skipSymbol('not')
      const { name, at } = this.parseDottedName()
      const test = make('Test', at, { target, name, args: this.parseTestArguments() })
      return negated ? plain<UnaryNode>('Not', at, test) : test
    }

    parseTestArguments(): CallArguments {
      if (this.peekIs('left-paren')) return this.parseArguments()
      const token = this.peekToken()
      if (token === null || !bareArguments.has(token.type)) return noArguments
      if (
        token.type === 'symbol' &&
        ['else', 'or', 'and', 'if', 'not', 'in', 'recursive', 'is'].includes(token.value)
      ) {
        if (token.value === 'is') this.fail('tests cannot be chained with is', token.lineno, token.colno)
        return noArguments
      }
      return { positional: [{ value: this.parsePostfix(this.parsePrimary()), spread: false }], named: [] }
    }
  }
}

export type ExpressionParser = InstanceType<ReturnType<typeof expressionParser>>
