import { special } from '../../core/values/types.ts'
import { changing } from '../python/collection-methods.ts'
import { type CompiledCode, changesValues, onlyExpression, templateCompiler } from './compile-templates.ts'
import type { Context } from './context.ts'
import { type Place, placed } from './errors.ts'
import { Lexer } from './lexer.ts'
import { isKind, type SymbolNode } from './nodes.ts'
import { type CompiledTemplate, type Frame, type Node, type NodeList, nunjucks } from './nunjucks.ts'
import { templateParser } from './parse-templates.ts'
import { runtime } from './runtime.ts'
import type { Syntax } from './syntax.ts'

type Evaluate = (context: Context, frame: Frame) => unknown

/** A compiled source: one expression, or a template with functions that nunjucks runs. */
export interface Compiled {
  readonly evaluate?: Evaluate
  readonly template?: CompiledTemplate
  /** It calls methods that change values, so it gets copies of variables. */
  readonly copies: boolean
}

interface Classes {
  readonly Parser: ReturnType<typeof templateParser>
  readonly Compiler: ReturnType<typeof templateCompiler>
}

let classes: Classes | undefined

function ours(): Classes {
  classes ??= { Parser: templateParser(), Compiler: templateCompiler() }
  return classes
}

export interface Source {
  readonly text: string
  readonly place: Place
  readonly syntax: Syntax
  /** Backslashes in text between `{{` and `}}` stand for themselves. */
  readonly rawBackslashes?: boolean
}

/**
 * Parses a template.
 * @throws TemplateError with the place of a syntax error
 */
export function parseTemplate(
  { text, place, syntax, rawBackslashes = false }: Source,
  context?: { at: Context['at'] },
): NodeList {
  try {
    const { Parser } = ours()
    const parser = new Parser(new Lexer(text, syntax, nunjucks().lexer))
    parser.rules = { rawBackslashes }
    return parser.parseAsRoot()
  } catch (error) {
    throw placed(error, place, 1, 1, context)
  }
}

/** Parses a bare expression, such as that of `when`. */
export function parseExpression({ text, place, syntax }: Source, context?: { at: Context['at'] }): Node {
  try {
    const { Parser } = ours()
    const parser = new Parser(new Lexer(text, syntax, nunjucks().lexer, 'variable'))
    const node = parser.parseList()
    if (parser.peekToken() !== null) parser.unexpected('end of the expression')
    return node
  } catch (error) {
    throw placed(error, place, 1, 1, context)
  }
}

/** Compiles a bare expression. */
export function compileExpression(source: Source, context?: { at: Context['at'] }): Compiled {
  return compileNode(parseExpression(source, context), source.place)
}

function compileNode(node: Node, place: Place): Compiled {
  const compiler = new (ours().Compiler)('', false)
  compiler.changing = changesValues(node, changing)
  const make = new Function('rt', 'place', compiler.compileSingle(node)) as (
    rt: unknown,
    place: Place,
  ) => Evaluate
  return { evaluate: make(runtime, place), copies: compiler.changing }
}

/** Compiles a string of a playbook: `{{ expr }}` alone keeps its value, everything else becomes text. */
export function compileString(source: Source, context?: { at: Context['at'] }): Compiled {
  const root = parseTemplate(source, context)
  const only = onlyExpression(root)
  if (only === undefined) return compileRoot(root, source, undefined, context)
  const compiled = compileNode(only, source.place)
  return isLookup(only) ? textForNothing(compiled) : compiled
}

function isLookup(node: Node): boolean {
  return (
    isKind(node, 'Call') &&
    node.target.typename === 'Symbol' &&
    (node.target as SymbolNode).value === 'lookup'
  )
}

// Roles ask whether what they looked up and did not find is empty, as it is with Ansible but for native types.
function textForNothing({ evaluate, copies }: Compiled): Compiled {
  return { evaluate: (context, frame) => evaluate?.(context, frame) ?? '', copies }
}

/** Compiles a file's template, whose output is text. */
export function compileFile(source: Source, environment: unknown, context?: { at: Context['at'] }): Compiled {
  return compileRoot(parseTemplate(source, context), source, environment, context)
}

function compileRoot(
  root: NodeList,
  { place }: Source,
  environment: unknown,
  context?: { at: Context['at'] },
): Compiled {
  const compiler = new (ours().Compiler)(place.file ?? '', false)
  compiler.changing = changesValues(root, changing)
  let code: string
  try {
    code = compiler.compileTemplate(root, place.file === undefined)
  } catch (error) {
    throw placed(error, place, 1, 1, context)
  }
  const make = new Function('rt', 'place', code) as (rt: unknown, place: Place) => CompiledCode
  const { Template } = nunjucks()
  const template = new Template(
    { type: 'code', obj: make(runtime, place) },
    environment ?? shared(),
    place.file ?? '',
    true,
  )
  return { template, copies: compiler.changing }
}

let environment: unknown

/** nunjucks wants an environment for each template; ours holds no loaders, as templates are loaded here. */
export function shared(): unknown {
  environment ??= new (nunjucks().Environment)([], { autoescape: false })
  return environment
}

/** Whether anything that only templates have was made since the count was taken. */
export function madeSince(count: number): boolean {
  return special.made !== count
}
