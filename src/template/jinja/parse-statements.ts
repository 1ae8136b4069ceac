import { didYouMean } from '../../core/suggest.ts'
import { type IfNode, isKind, make, noArguments, type Pending, plain, type SymbolNode } from './nodes.ts'
import { type Node, nunjucks, type Token } from './nunjucks.ts'
import { expressionParser } from './parse-expressions.ts'

/** Reads the rest of a tag whose word is read already. */
export type Statement = (at: Token) => Node | null

/** nunjucks' parser with Jinja2's statements, and the do and loop control extensions that Ansible has. */
export function statementParser() {
  const { lexer } = nunjucks()
  return class StatementParser extends expressionParser() {
    readonly basicStatements: Readonly<Record<string, Statement>> = {
      for: (at) => this.parseLoop(at),
      if: (at) => this.parseCondition(at),
      set: (at) => this.parseAssignment(at),
      with: (at) => this.parseWith(at),
      do: (at) => this.parseDo(at),
      break: (at) => this.parseJump(at, 'break'),
      continue: (at) => this.parseJump(at, 'continue'),
      autoescape: () => this.parseAutoescape(),
      print: (at) => this.parsePrint(at),
    }

    /** What each tag's word starts; a parser with more of them overrides it. */
    readonly statements: Readonly<Record<string, Statement>> = this.basicStatements

    override parseStatement(): Node | null {
      const at = this.token()
      if (this.breakOnBlocks?.includes(at.value) === true) {
        this.pushToken(at)
        return null
      }
      const statement = Object.hasOwn(this.statements, at.value) ? this.statements[at.value] : undefined
      if (statement !== undefined) return statement(at)
      const open = this.breakOnBlocks === null ? '' : `, expected ${this.breakOnBlocks.join(' or ')}`
      if (/^(end|el)/.test(at.value)) this.fail(`unexpected '${at.value}'${open}`, at.lineno, at.colno)
      const near = didYouMean(at.value, Object.keys(this.statements))
      this.fail(`unknown tag '${at.value}'${near}`, at.lineno, at.colno)
    }

    override parseNodes(): Node[] {
      const nodes: Node[] = []
      for (let token = this.nextToken(); token !== null; token = this.nextToken()) {
        if (token.type === lexer.TOKEN_DATA) {
          nodes.push(plain('Output', token, [plain('TemplateData', token, token.value)]))
        } else if (token.type === lexer.TOKEN_VARIABLE_START) {
          this.inVariable = true
          const value = this.parseList()
          this.inVariable = false
          if (!this.skip('variable-end')) this.unexpected('end of print statement')
          nodes.push(plain('Output', value, [value]))
        } else if (token.type === lexer.TOKEN_BLOCK_START) {
          const node = this.parseStatement()
          if (node === null) return nodes
          nodes.push(node)
        }
      }
      return nodes
    }

    unexpected(wanted: string): never {
      const token = this.peekToken()
      if (token === null) this.fail(`unexpected end of template, expected ${wanted}`)
      this.fail(`expected ${wanted}, got '${token.value}'`, token.lineno, token.colno)
    }

    toBlockEnd<T>(result: T): T {
      if (!this.skip('block-end')) this.unexpected('end of statement block')
      return result
    }

    /** An expression or a tuple of them without parentheses, up to the end of the tag. */
    parseList(): Node {
      return this.parseTuple(
        () => this.parseExpression(),
        () => this.peekIs('variable-end') || this.peekIs('block-end'),
      )
    }

    /** The nodes up to one of the closing tags, whose name is left to read. */
    parseBody(...ends: string[]): Node {
      const at = this.peekToken()
      const body = this.parseUntilBlocks(...ends)
      const next = this.peekToken()
      if (next === null || !ends.includes(next.value)) {
        this.fail(`unexpected end of template, expected ${ends.join(' or ')}`, at?.lineno, at?.colno)
      }
      return body
    }

    /** A body whose closing tag is read too. */
    parseClosed(end: string): Node {
      const body = this.parseBody(end)
      this.token()
      return this.toBlockEnd(body)
    }

    parseTarget(isEnd: () => boolean): Node {
      return this.parseTuple(() => {
        if (!this.skip('left-paren')) return this.parseTargetName()
        const inner = this.parseTarget(() => this.peekIs('right-paren'))
        this.expect('right-paren')
        return inner
      }, isEnd)
    }

    parseTargetName(): Node {
      const name = this.expect('symbol')
      if (['true', 'false', 'none', 'True', 'False', 'None'].includes(name.value)) {
        this.fail(`cannot assign to '${name.value}'`, name.lineno, name.colno)
      }
      if (!this.skipValue('operator', '.')) return plain<SymbolNode>('Symbol', name, name.value)
      return make('Member', name, { object: name.value, name: this.expect('symbol').value })
    }

    parseLoop(at: Token): Node {
      const targets = this.parseTarget(() => this.peekIs('symbol', 'in'))
      if (!this.skipSymbol('in')) this.unexpected("'in'")
      const isEnd = () =>
        ['if', 'recursive'].some((word) => this.peekIs('symbol', word)) || this.peekIs('block-end')
      const iterable = this.parseTuple(() => this.parseOr(), isEnd)
      const condition = this.skipSymbol('if') ? this.parseExpression() : null
      const recursive = this.skipSymbol('recursive')
      const body = this.toBlockEnd(true) && this.parseBody('endfor', 'else')
      let otherwise: Node | null = null
      if (this.skipSymbol('else')) otherwise = this.toBlockEnd(true) && this.parseBody('endfor')
      this.token()
      return this.toBlockEnd(make('Loop', at, { targets, iterable, condition, recursive, body, otherwise }))
    }

    parseCondition(at: Token): Node {
      const isEnd = () => this.peekIs('block-end')
      const condition = this.toBlockEnd(this.parseTuple(() => this.parseOr(), isEnd))
      const body = this.parseBody('elif', 'else', 'endif')
      const next = this.token()
      if (next.value === 'elif') return plain<IfNode>('If', at, condition, body, this.parseCondition(next))
      this.toBlockEnd(true)
      return plain<IfNode>(
        'If',
        at,
        condition,
        body,
        next.value === 'else' ? this.parseClosed('endif') : null,
      )
    }

    parseAssignment(at: Token): Node {
      const target = this.parseTarget(() => this.peekIs('operator', '=') || this.peekIs('block-end'))
      if (this.skipValue('operator', '='))
        return make('Assign', at, { target, value: this.toBlockEnd(this.parseList()) })
      const filters = this.parsePending()
      return make('AssignBlock', at, {
        target,
        filters,
        body: this.toBlockEnd(true) && this.parseClosed('endset'),
      })
    }

    parsePending(): Pending[] {
      const filters: Pending[] = []
      while (this.skip('pipe')) filters.push(this.parsePendingFilter())
      return filters
    }

    parsePendingFilter(): Pending {
      const { name, at } = this.parseDottedName()
      const args = this.peekIs('left-paren') ? this.parseArguments() : noArguments
      return { name, args, lineno: at.lineno, colno: at.colno }
    }

    parseWith(at: Token): Node {
      const pairs: [Node, Node][] = []
      while (!this.peekIs('block-end')) {
        if (pairs.length > 0) this.expect('comma')
        const target = this.parseTargetName()
        if (!this.skipValue('operator', '=')) this.unexpected("'='")
        pairs.push([target, this.parseExpression()])
      }
      return make('With', at, { pairs, body: this.toBlockEnd(true) && this.parseClosed('endwith') })
    }

    parseDo(at: Token): Node {
      return make('Do', at, { value: this.toBlockEnd(this.parseList()) })
    }

    parseJump(at: Token, word: 'break' | 'continue'): Node {
      return this.toBlockEnd(make('Jump', at, { word }))
    }

    /** Output is never escaped here, so the block is its body. */
    parseAutoescape(): Node {
      this.toBlockEnd(this.parseExpression())
      return this.parseClosed('endautoescape')
    }

    parsePrint(at: Token): Node {
      const list = this.toBlockEnd(this.parseList())
      return plain('Output', at, isKind(list, 'Tuple') ? [...list.items] : [list])
    }
  }
}
