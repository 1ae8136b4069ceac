import { itemsOf } from '../../core/values/dicts.ts'
import { bare, defined, EvaluationError, Native, Undefined } from '../../core/values/types.ts'
import { Callable } from '../python/call.ts'
import { type Context, emptyScope, ScopeFrame } from './context.ts'
import { nested } from './depth.ts'
import { type CompiledTemplate, type Frame, nunjucks, type RootFunction } from './nunjucks.ts'

/** Runs one of a template's functions and gives its output. */
export function run(code: RootFunction, context: Context, frame: Frame): unknown {
  let output: unknown
  // nunjucks' own runtime is the fourth argument; compiled templates have ours in their closure and never ask for it.
  code(context.library, context, frame, undefined, (error, result) => {
    if (error) throw error
    output = result
  })
  return output
}

/** Adds a template's blocks below those of the templates that extend it. */
export function addBlocks(context: Context, template: CompiledTemplate): void {
  for (const [name, code] of Object.entries(template.blocks)) {
    const versions = context.blocks.get(name)
    if (versions === undefined) context.blocks.set(name, [code])
    else versions.push(code)
  }
}

/** `{% extends name %}`: the parent, whose blocks now stand behind ours. */
export function extend(context: Context, name: unknown): CompiledTemplate {
  const parent = load(context, name)
  addBlocks(context, parent)
  return parent
}

const blockMark = '%block'

function runBlock(context: Context, frame: Frame | null, name: string, index: number): string {
  const code = context.blocks.get(name)?.[index]
  if (code === undefined) throw new EvaluationError(`there is no parent block called '${name}'`)
  const own = new (nunjucks().runtime.Frame)(frame ?? context.root)
  own.set(blockMark, { name, index })
  return String(nested(() => run(code, context, own)))
}

/** The output of a block in its most derived version; `frame` is given for scoped ones. */
export function block(context: Context, frame: Frame | null, name: string): string {
  return runBlock(context, frame, name, 0)
}

export function requiredBlock(name: string): never {
  throw new EvaluationError(`the block '${name}' is required, and no template overrides it`)
}

/** `super` inside a block: a call gives the output of the block it overrides. */
export function superOf(context: Context, frame: Frame): unknown {
  const current = frame.lookup(blockMark) as { name: string; index: number } | undefined
  if (current === undefined) return new Undefined('super', 'super() is for use inside a block')
  return new Callable('super', () => runBlock(context, null, current.name, current.index + 1))
}

class Self extends Native {
  readonly typeName = 'TemplateReference'
  readonly #context: Context

  constructor(context: Context) {
    super()
    this.#context = context
  }

  member(name: string): unknown {
    if (!this.#context.blocks.has(name)) return undefined
    return new Callable(name, () => runBlock(this.#context, null, name, 0))
  }
}

/** `self`: its blocks can be called by name. */
export function self(context: Context, frame: Frame): unknown {
  return frame.lookup('self') ?? new Self(context)
}

function load(context: Context, name: unknown): CompiledTemplate {
  const wanted = bare(defined(name))
  if (typeof wanted !== 'string') throw new EvaluationError('the name of a template must be text')
  return context.library.load(wanted, context)
}

/** The first of the named templates that exists. */
function loadFirst(context: Context, names: unknown): CompiledTemplate {
  const wanted = bare(defined(names))
  if (!Array.isArray(wanted)) return load(context, wanted)
  for (const name of itemsOf(wanted)) {
    try {
      return load(context, name)
    } catch (error) {
      if (!(error instanceof TemplateMissing)) throw error
    }
  }
  throw new TemplateMissing(wanted.map(String).join(', '), context.searchPath)
}

/** No template of that name is on the search path. */
export class TemplateMissing extends EvaluationError {
  constructor(name: string, searchPath: readonly string[]) {
    const where = searchPath.length === 0 ? 'there is no search path' : `looked in ${searchPath.join(', ')}`
    super(`no template '${name}' was found; ${where}`)
  }
}

/** A context for a template of its own chain; with the variables of `frame`, or with none but globals. */
function contextFor(context: Context, template: CompiledTemplate, frame: Frame | undefined): Context {
  const globals = context.library.globals
  const inner: Context = {
    ...context,
    root: new (nunjucks().runtime.Frame)(
      frame ?? new ScopeFrame({ scope: emptyScope, globals, context: () => inner, copies: false }),
    ),
    blocks: new Map(),
  }
  addBlocks(inner, template)
  return inner
}

/** `{% include %}`: the other template's output. */
export function include(
  context: Context,
  frame: Frame,
  name: unknown,
  options: { readonly ignoreMissing: boolean; readonly withContext: boolean },
): string {
  let template: CompiledTemplate
  try {
    template = loadFirst(context, name)
  } catch (error) {
    if (options.ignoreMissing && error instanceof TemplateMissing) return ''
    throw error
  }
  const inner = contextFor(context, template, options.withContext ? frame : undefined)
  return String(nested(() => run(template.rootRenderFunc, inner, inner.root)))
}

/** An imported template: what it set at its top level, without names that start with `_`. */
class TemplateModule extends Native {
  readonly typeName = 'TemplateModule'
  readonly name: string
  readonly #variables: Record<string, unknown>
  readonly #output: string

  constructor(name: string, variables: Record<string, unknown>, output: string) {
    super()
    this.name = name
    this.#variables = variables
    this.#output = output
  }

  member(name: string): unknown {
    return name.startsWith('_') ? undefined : this.#variables[name]
  }

  override toText(): string {
    return this.#output
  }
}

/** `{% import %}`: runs the other template and keeps what it defined. */
export function importModule(context: Context, frame: Frame, name: unknown, withContext: boolean): Native {
  const template = load(context, name)
  const inner = contextFor(context, template, withContext ? frame : undefined)
  const output = String(nested(() => run(template.rootRenderFunc, inner, inner.root)))
  return new TemplateModule(template.path, inner.root.variables, output)
}

/** One name of an imported template. */
export function exported(module: Native, name: string): unknown {
  const value = module.member(name)
  if (value !== undefined) return value
  const from = module instanceof TemplateModule ? module.name : 'template'
  return new Undefined(name, `the template '${from}' does not define '${name}'`)
}
