import { text } from './compile-expressions.ts'
import { statementCompiler } from './compile-statements.ts'
import type { ExtendsNode, NodeOf } from './nodes.ts'
import { isKind, walk } from './nodes.ts'
import type { Node, NodeList, RootFunction } from './nunjucks.ts'

/** What a template's code becomes: nunjucks' root function and one `b_name` for each block. */
export type CompiledCode = Record<string, RootFunction>

/** The compiler of whole templates: inheritance, includes, imports, and the functions that nunjucks calls. */
export function templateCompiler() {
  return class TemplateCompiler extends statementCompiler() {
    compileExtends(node: ExtendsNode): void {
      this.write(`parent=(${this.place(node)},rt.extend(context,`, node.template, '));\n')
    }

    compileNamedBlock(node: NodeOf<'NamedBlock'>): void {
      if (this.blocks.some((block) => block.name === node.name)) {
        this.fail(`block '${node.name}' is defined twice`, node.lineno, node.colno)
      }
      this.blocks.push(node)
      this.writeOutput(`rt.block(context,${node.scoped ? 'frame' : 'null'},${text(node.name)})`)
    }

    compileInclusion(node: NodeOf<'Inclusion'>): void {
      const flags = `{ignoreMissing:${node.ignoreMissing},withContext:${node.withContext}}`
      this.writeOutput(`(${this.place(node)},rt.include(context,frame,`, node.template, `,${flags}))`)
    }

    compileImporting(node: NodeOf<'Importing'>): void {
      this.write(`frame.variables[${text(node.target)}]=`)
      this.writeImport(node)
      this.write(';\n')
    }

    compileFromImporting(node: NodeOf<'FromImporting'>): void {
      const id = this._tmpid()
      this.write(`{const ${id}=`)
      this.writeImport(node)
      this.write(';')
      for (const [name, alias] of node.names)
        this.write(`frame.variables[${text(alias)}]=rt.exported(${id},${text(name)});`)
      this.write('}\n')
    }

    writeImport(node: NodeOf<'Importing'> | NodeOf<'FromImporting'>): void {
      this.write(
        `(${this.place(node)},rt.importModule(context,frame,`,
        node.template,
        `,${node.withContext}))`,
      )
    }

    /** The source of a function body that returns the template's functions, as `CompiledCode`. */
    compileTemplate(root: NodeList, native: boolean): string {
      const extending = [...walk(root)].some((node) => node.typename === 'Extends')
      const functions = [
        this.functionOf('root', () => {
          this.guarded = extending
          this.native = native && !extending
          this.write('let parent=null;')
          for (const node of root.children) this.write(node)
          if (extending)
            this.write('if(parent!==null)return parent.rootRenderFunc(env,context,frame,runtime,cb);')
          return native && !extending ? 'rt.joinNative(output)' : "output.join('')"
        }),
      ]
      for (let index = 0; index < this.blocks.length; index += 1) {
        const block = this.blocks[index]
        if (block === undefined) break
        functions.push(
          this.functionOf(`b_${block.name}`, () => {
            if (block.required) this.write(`rt.requiredBlock(${text(block.name)});`)
            else this.write(block.body)
            return "output.join('')"
          }),
        )
      }
      return `${this.head()}return{${functions.join(',\n')}};`
    }

    functionOf(name: string, body: () => string): string {
      this.codebuf = []
      this.buffer = 'output'
      this.native = false
      this.guarded = false
      this.write(`${text(name)}:function(env,context,frame,runtime,cb){const output=[];let result;try{`)
      const result = body()
      this.write(
        `result=${result};}catch(error){return cb(rt.placed(error,place,$l,$c,context));}cb(null,result);}`,
      )
      return this.getCode()
    }

    /** The source of a function body that returns `(context, frame) => value` for one expression. */
    compileSingle(node: Node): string {
      this.codebuf = []
      this.write('return(context,frame)=>{try{', `${this.place(node)};return rt.keep(`, node, ');')
      this.write('}catch(error){throw rt.placed(error,place,$l,$c,context);}};')
      const body = this.getCode()
      return this.head() + body
    }

    head(): string {
      return `"use strict";let $l=1,$c=1${[...this.locals].map((name) => `,${name}`).join('')};`
    }
  }
}

/** The expression of a template that is nothing else (`{{ … }}`), or undefined. */
export function onlyExpression(root: NodeList): Node | undefined {
  const [only, ...others] = root.children
  if (only === undefined || others.length > 0 || only.typename !== 'Output') return undefined
  const [child] = (only as NodeList).children
  return child === undefined || child.typename === 'TemplateData' ? undefined : child
}

/** Whether a template calls a method that may change a variable's value. */
export function changesValues(root: Node, methods: ReadonlySet<string>): boolean {
  for (const node of walk(root)) if (isKind(node, 'Attribute') && methods.has(node.name)) return true
  return false
}
