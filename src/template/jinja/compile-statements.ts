import { expressionCompiler, text } from './compile-expressions.ts'
import {
  type IfNode,
  isKind,
  type LiteralNode,
  type NodeOf,
  type Parameter,
  type Pending,
  type SymbolNode,
  walk,
} from './nodes.ts'
import type { Node, NodeList } from './nunjucks.ts'

/** Whether a name is read or written anywhere below a node. */
function mentions(node: Node, name: string): boolean {
  for (const one of walk(node))
    if (one.typename === 'Symbol' && (one as SymbolNode).value === name) return true
  return false
}

/** nunjucks' compiler with Jinja2's statements. Every block with variables of its own shadows `frame`. */
export function statementCompiler() {
  return class StatementCompiler extends expressionCompiler() {
    /** Chunks of the outermost buffer stay values, so that a template of one expression gives that value. */
    native = false
    /** Set while compiling what a template with `extends` would print itself. */
    guarded = false
    loops = 0
    readonly blocks: NodeOf<'NamedBlock'>[] = []

    writeGuard(): void {
      if (this.guarded) this.write('if(parent===null)')
    }

    /** `out.push(…)` of code or nodes that give text or a value. */
    writeOutput(...parts: (string | Node)[]): void {
      this.writeGuard()
      this.write(`${this.buffer}.push(`, ...parts, ');\n')
    }

    compileOutput(node: NodeList): void {
      for (const child of node.children) {
        if (child.typename === 'TemplateData') this.writeOutput(text(String((child as LiteralNode).value)))
        else this.writeOutput(`(${this.place(child)},rt.${this.native ? 'keep' : 'text'}(`, child, '))')
      }
    }

    /** Emits a function's worth of code that collects text in a buffer of its own. */
    writeCaptured(body: () => void): void {
      const saved = { buffer: this.buffer, native: this.native, guarded: this.guarded, loops: this.loops }
      this.buffer = this._tmpid()
      this.native = false
      this.guarded = false
      this.loops = 0
      this.write(`const ${this.buffer}=[];`)
      body()
      this.write(`return ${this.buffer}.join('');`)
      Object.assign(this, saved)
    }

    /** Emits a block with variables of its own below those of `outer`. */
    writeScope(outer: string, body: () => void): void {
      this.write(`{const frame=rt.push(${outer});`)
      body()
      this.write('}')
    }

    compileIf(node: IfNode): void {
      this.write(`if((${this.place(node.cond)},rt.truth(`, node.cond, '))){', node.body, '}')
      if (node.else_ !== null) this.write('else{', node.else_, '}')
    }

    writeAssignment(target: Node, value: string): void {
      if (isKind(target, 'Tuple')) {
        const id = this._tmpid()
        this.write(`const ${id}=rt.unpack(${value},${target.items.length});`)
        for (const [index, item] of target.items.entries()) this.writeAssignment(item, `${id}[${index}]`)
      } else if (isKind(target, 'Member')) {
        this.write(`rt.setMember(frame,${text(target.object)},${text(target.name)},${value});`)
      } else this.write(`frame.variables[${text((target as SymbolNode).value)}]=${value};`)
    }

    compileLoop(node: NodeOf<'Loop'>): void {
      const [outer, run, items] = [this._tmpid(), this._tmpid(), this._tmpid()]
      this.write(`{const ${outer}=frame;`)
      if (!node.recursive) {
        this.write(`const ${items}=(${this.place(node.iterable)},rt.items(`, node.iterable, '));')
        this.writeLoop(node, { outer, items, loop: `rt.loop(${items})` })
      } else {
        this.write(`const ${run}=(${items},depth)=>{`)
        const writeRun = () => this.writeLoop(node, { outer, items, loop: `rt.loop(${items},depth,${run})` })
        this.writeCaptured(writeRun)
        this.write('};')
        this.writeOutput(`(${this.place(node.iterable)},${run}(rt.items(`, node.iterable, '),0))')
      }
      this.write('}\n')
    }

    writeLoop(node: NodeOf<'Loop'>, names: { outer: string; items: string; loop: string }): void {
      const [value, loop, picked] = [this._tmpid(), this._tmpid(), this._tmpid()]
      this.write(`const ${picked}=`)
      if (node.condition === null) this.write(`${names.items};`)
      else {
        this.write(`${names.items}.filter((${value})=>{const frame=rt.push(${names.outer});`)
        this.writeAssignment(node.targets, value)
        this.write('return rt.truth(', node.condition, ');});')
      }
      this.write(`const ${loop}=${names.loop.replace(names.items, picked)};`)
      this.write(`while(${loop}.advance()){const ${value}=${loop}.item;`)
      this.writeScope(names.outer, () => {
        if (mentions(node.body, 'loop')) this.write(`frame.variables.loop=${loop};`)
        this.writeAssignment(node.targets, value)
        this.loops += 1
        this.write(node.body)
        this.loops -= 1
      })
      this.write('}')
      if (node.otherwise !== null) {
        this.write(`if(${picked}.length===0)`)
        this.writeScope(names.outer, () => this.write(node.otherwise))
      }
    }

    compileJump(node: NodeOf<'Jump'>): void {
      if (this.loops === 0) this.fail(`'${node.word}' outside of a loop`, node.lineno, node.colno)
      this.write(`${node.word};`)
    }

    compileDo(node: NodeOf<'Do'>): void {
      this.write(`${this.place(node)};`, node.value, ';\n')
    }

    compileAssign(node: NodeOf<'Assign'>): void {
      const id = this._tmpid()
      this.write(`{${this.place(node)};const ${id}=`, node.value, ';')
      this.writeAssignment(node.target, id)
      this.write('}\n')
    }

    /** Emits the text of a body after filters. */
    writeFiltered(body: Node, filters: readonly Pending[]): void {
      for (let count = filters.length; count > 0; count -= 1) this.write('rt.filter(context,')
      this.write('(()=>{')
      this.writeCaptured(() => this.write(body))
      this.write('})()')
      for (const filter of filters) {
        this.write(`,($l=${filter.lineno + 1},$c=${filter.colno + 1},${text(filter.name)}),`)
        this.writeArguments(filter.args)
        this.write(')')
      }
    }

    compileAssignBlock(node: NodeOf<'AssignBlock'>): void {
      const id = this._tmpid()
      this.write(`{const ${id}=`)
      this.writeScopedValue(() => this.writeFiltered(node.body, node.filters))
      this.writeAssignment(node.target, id)
      this.write('}\n')
    }

    writeScopedValue(value: () => void): void {
      this.write('((frame)=>')
      value()
      this.write(')(rt.push(frame));')
    }

    compileFilterBlock(node: NodeOf<'FilterBlock'>): void {
      const id = this._tmpid()
      this.write(`{const ${id}=`)
      this.writeScopedValue(() => this.writeFiltered(node.body, node.filters))
      this.writeOutput(`rt.text(${id})`)
      this.write('}\n')
    }

    compileWith(node: NodeOf<'With'>): void {
      const ids = node.pairs.map(() => this._tmpid())
      const outer = this._tmpid()
      this.write(`{const ${outer}=frame;`)
      for (const [index, [target, value]] of node.pairs.entries()) {
        this.write(`${this.place(target)};const ${ids[index]}=`, value, ';')
      }
      this.writeScope(outer, () => {
        for (const [index, [target]] of node.pairs.entries()) this.writeAssignment(target, ids[index] ?? '')
        this.write(node.body)
      })
      this.write('}\n')
    }

    compileDefinition(node: NodeOf<'Definition'>): void {
      this.write(`frame.variables[${text(node.name)}]=`)
      this.writeMacro(node.name, node.parameters, node.body)
      this.write(';\n')
    }

    /** A macro keeps the variables of the place where it is defined, and errors of its own template. */
    writeMacro(name: string, parameters: readonly Parameter[], body: Node): void {
      const uses = ['varargs', 'kwargs', 'caller'].filter((one) => mentions(body, one))
      this.write(`((outer)=>rt.macro(${text(name)},[${parameters.map((one) => text(one.name)).join()}],`)
      this.write(`${JSON.stringify(uses)},(given)=>{const frame=rt.push(outer);try{`)
      for (const [index, { name: parameter, fallback }] of parameters.entries()) {
        this.write(
          `frame.variables[${text(parameter)}]=given.values[${index}]!==undefined?given.values[${index}]:`,
        )
        if (fallback === null) this.write(`rt.notGiven(${text(parameter)});`)
        else this.write(fallback, ';')
      }
      for (const use of uses) this.write(`frame.variables.${use}=given.${use};`)
      this.writeCaptured(() => this.write(body))
      this.write('}catch(error){throw rt.placed(error,place,$l,$c,context);}}))(frame)')
    }

    compileCallBlock(node: NodeOf<'CallBlock'>): void {
      const id = this._tmpid()
      this.write(`{const ${id}=(${this.place(node.call)},`)
      if (isKind(node.call, 'Call')) {
        this.writeCall(node.call, () => {
          this.write('caller:')
          this.writeMacro('caller', node.parameters, node.body)
        })
      }
      this.write(');')
      this.writeOutput(`rt.text(${id})`)
      this.write('}\n')
    }
  }
}
