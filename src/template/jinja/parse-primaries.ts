import { numberCode, readEscapes } from './literals.ts'
import { type CallArguments, type LiteralNode, make, plain, type SymbolNode } from './nodes.ts'
import { type Node, nunjucks, type Token } from './nunjucks.ts'

const constants: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
}

/** Options of one parse that change what literals mean. */
export interface LiteralRules {
  /** Backslashes in text between `{{` and `}}` stand for themselves, as in Ansible's playbooks. */
  readonly rawBackslashes: boolean
}

/** nunjucks' parser with Jinja2's literals, names, and what follows them: members, slices, calls. */
export function primaryParser() {
  const { parser } = nunjucks()
  return class PrimaryParser extends parser.Parser {
    rules: LiteralRules = { rawBackslashes: false }
    inVariable = false

    token(): Token {
      return this.nextToken() ?? this.fail('unexpected end of template')
    }

    peekIs(type: string, value?: string): boolean {
      const token = this.peekToken()
      return token !== null && token.type === type && (value === undefined || token.value === value)
    }

    /** A tuple without parentheses (`a, b`), or the one expression that is there. */
    parseTuple(parseItem: () => Node, isEnd: () => boolean, explicit = false): Node {
      const at = this.peekToken() ?? this.fail('expected expression, got end of template')
      const items: Node[] = []
      let comma = false
      while (!isEnd()) {
        items.push(parseItem())
        comma = this.skip('comma')
        if (!comma) break
        explicit = true
      }
      if (items.length === 0 && !explicit)
        this.fail(`expected an expression, got '${at.value}'`, at.lineno, at.colno)
      const [first] = items
      return items.length === 1 && first !== undefined && !comma ? first : make('Tuple', at, { items })
    }

    parsePrimary(): Node {
      const token = this.token()
      if (token.type === 'symbol') {
        const constant = Object.hasOwn(constants, token.value) ? constants[token.value] : undefined
        return constant === undefined
          ? plain<SymbolNode>('Symbol', token, token.value)
          : plain<LiteralNode>('Literal', token, constant)
      }
      if (token.type === 'string') return this.parseText(token)
      if (token.type === 'int' || token.type === 'float')
        return make('Number', token, numberCode(token.value))
      if (token.type === 'left-paren') return this.parseParentheses()
      if (token.type === 'left-bracket') return plain('Array', token, this.parseItems('right-bracket'))
      if (token.type === 'left-curly') return this.parseDict(token)
      this.fail(`unexpected '${token.value}'`, token.lineno, token.colno)
    }

    parseText(first: Token): Node {
      const raw = this.rules.rawBackslashes && this.inVariable
      const read = (body: string): string => (raw ? body : readEscapes(body))
      let value = read(first.value)
      while (this.peekIs('string')) value += read(this.token().value)
      return plain<LiteralNode>('Literal', first, value)
    }

    parseParentheses(): Node {
      const node = this.parseTuple(
        () => this.parseExpression(),
        () => this.peekIs('right-paren'),
        true,
      )
      this.expect('right-paren')
      return node
    }

    parseItems(close: string): Node[] {
      const items: Node[] = []
      while (!this.peekIs(close)) {
        if (items.length > 0) this.expect('comma')
        if (this.peekIs(close)) break
        items.push(this.parseExpression())
      }
      this.expect(close)
      return items
    }

    parseDict(at: Token): Node {
      const pairs: [Node, Node][] = []
      while (!this.peekIs('right-curly')) {
        if (pairs.length > 0) this.expect('comma')
        if (this.peekIs('right-curly')) break
        const key = this.parseExpression()
        this.expect('colon')
        pairs.push([key, this.parseExpression()])
      }
      this.expect('right-curly')
      return make('DictLiteral', at, { pairs })
    }

    parsePostfix(node: Node): Node {
      for (;;) {
        if (this.skipValue('operator', '.')) node = this.parseMember(node)
        else if (this.skip('left-bracket')) node = this.parseSubscript(node)
        else if (this.peekIs('left-paren'))
          node = make('Call', node, { target: node, args: this.parseArguments() })
        else return node
      }
    }

    parseMember(target: Node): Node {
      const token = this.token()
      if (token.type === 'symbol') return make('Attribute', token, { target, name: token.value })
      if (token.type !== 'int')
        this.fail(`expected a name or a number after '.', got '${token.value}'`, token.lineno, token.colno)
      return make('Item', token, { target, key: make('Number', token, numberCode(token.value)) })
    }

    parseSubscript(target: Node): Node {
      const keys: Node[] = []
      let bounds: (Node | null)[] | undefined
      while (!this.peekIs('right-bracket')) {
        if (keys.length > 0) this.expect('comma')
        const start = this.peekIs('colon') ? null : this.parseExpression()
        if (this.peekIs('colon')) bounds = this.parseBounds(start)
        else if (start !== null) keys.push(start)
      }
      this.expect('right-bracket')
      const [first] = keys
      if (bounds !== undefined) return make('Slice', target, { target, bounds })
      if (first === undefined) this.fail('expected a key between the brackets', target.lineno, target.colno)
      return make('Item', target, {
        target,
        key: keys.length === 1 ? first : make('Tuple', first, { items: keys }),
      })
    }

    parseBounds(start: Node | null): (Node | null)[] {
      const bounds: (Node | null)[] = [start]
      while (this.skip('colon')) {
        bounds.push(this.peekIs('colon') || this.peekIs('right-bracket') ? null : this.parseExpression())
      }
      return bounds
    }

    parseArguments(): CallArguments {
      this.expect('left-paren')
      const positional: CallArguments['positional'][number][] = []
      const named: CallArguments['named'][number][] = []
      let first = true
      while (!this.peekIs('right-paren')) {
        if (!first) this.expect('comma')
        if (this.peekIs('right-paren')) break
        first = false
        if (this.skipValue('operator', '**')) named.push({ name: null, value: this.parseExpression() })
        else if (this.skipValue('operator', '*'))
          positional.push({ value: this.parseExpression(), spread: true })
        else {
          const value = this.parseExpression()
          if (!this.skipValue('operator', '=')) positional.push({ value, spread: false })
          else if (value.typename !== 'Symbol')
            this.fail('expected a name before =', value.lineno, value.colno)
          else named.push({ name: (value as SymbolNode).value, value: this.parseExpression() })
        }
      }
      this.expect('right-paren')
      return { positional, named }
    }

    parseDottedName(): { name: string; at: Token } {
      const at = this.expect('symbol')
      let name = at.value
      while (this.skipValue('operator', '.')) name += `.${this.expect('symbol').value}`
      return { name, at }
    }
  }
}
