import { type ExtendsNode, make, type Parameter, plain } from './nodes.ts'
import type { Node, Token } from './nunjucks.ts'
import { type Statement, statementParser } from './parse-statements.ts'

/** The parser of whole templates: macros, blocks, and what joins templates to one another. */
export function templateParser() {
  return class TemplateParser extends statementParser() {
    override readonly statements: Readonly<Record<string, Statement>> = {
      ...this.basicStatements,
      macro: (at) => this.parseDefinition(at),
      call: (at) => this.parseCallBlock(at),
      filter: (at) => this.parseFilterBlock(at),
      block: (at) => this.parseNamedBlock(at),
      include: (at) => this.parseInclusion(at),
      import: (at) => this.parseImporting(at),
      from: (at) => this.parseFromImporting(at),
      extends: (at) => plain<ExtendsNode>('Extends', at, this.toBlockEnd(this.parseExpression())),
    }

    parseParameters(): Parameter[] {
      const parameters: Parameter[] = []
      this.expect('left-paren')
      while (!this.peekIs('right-paren')) {
        if (parameters.length > 0) this.expect('comma')
        const { value: name } = this.expect('symbol')
        parameters.push({ name, fallback: this.skipValue('operator', '=') ? this.parseExpression() : null })
      }
      this.expect('right-paren')
      return parameters
    }

    parseDefinition(at: Token): Node {
      const { value: name } = this.expect('symbol')
      const parameters = this.toBlockEnd(this.parseParameters())
      return make('Definition', at, { name, parameters, body: this.parseClosed('endmacro') })
    }

    parseCallBlock(at: Token): Node {
      const parameters = this.peekIs('left-paren') ? this.parseParameters() : []
      const call = this.toBlockEnd(this.parseExpression())
      if (call.typename !== 'Call') this.fail('expected a call after {% call %}', call.lineno, call.colno)
      return make('CallBlock', at, { call, parameters, body: this.parseClosed('endcall') })
    }

    parseFilterBlock(at: Token): Node {
      const filters = [this.parsePendingFilter(), ...this.parsePending()]
      return make('FilterBlock', at, {
        filters,
        body: this.toBlockEnd(true) && this.parseClosed('endfilter'),
      })
    }

    parseNamedBlock(at: Token): Node {
      const { value: name } = this.expect('symbol')
      const scoped = this.skipSymbol('scoped')
      const required = this.toBlockEnd(this.skipSymbol('required'))
      const body = this.parseBody('endblock')
      this.token()
      this.skipSymbol(name)
      return this.toBlockEnd(make('NamedBlock', at, { name, scoped, required, body }))
    }

    /** `with context` or `without context`; includes have it by default, imports do not. */
    parseContext(fallback: boolean): boolean {
      const word = ['with', 'without'].find((one) => this.peekIs('symbol', one))
      if (word === undefined) return fallback
      this.token()
      if (!this.skipSymbol('context')) this.unexpected("'context'")
      return word === 'with'
    }

    parseInclusion(at: Token): Node {
      const template = this.parseExpression()
      const ignoreMissing = this.skipSymbol('ignore')
      if (ignoreMissing && !this.skipSymbol('missing')) this.unexpected("'missing'")
      const withContext = this.parseContext(true)
      return this.toBlockEnd(make('Inclusion', at, { template, ignoreMissing, withContext }))
    }

    parseImporting(at: Token): Node {
      const template = this.parseExpression()
      if (!this.skipSymbol('as')) this.unexpected("'as'")
      const { value: target } = this.expect('symbol')
      return this.toBlockEnd(
        make('Importing', at, { template, target, withContext: this.parseContext(false) }),
      )
    }

    parseFromImporting(at: Token): Node {
      const template = this.parseExpression()
      if (!this.skipSymbol('import')) this.unexpected("'import'")
      const names: [string, string][] = []
      let withContext = false
      do {
        if (names.length > 0 && (this.peekIs('symbol', 'with') || this.peekIs('symbol', 'without'))) break
        const { value: name, lineno, colno } = this.expect('symbol')
        if (name.startsWith('_'))
          this.fail('names starting with an underscore cannot be imported', lineno, colno)
        names.push([name, this.skipSymbol('as') ? this.expect('symbol').value : name])
        withContext = this.parseContext(withContext)
      } while (this.skip('comma'))
      return this.toBlockEnd(make('FromImporting', at, { template, names, withContext }))
    }
  }
}
