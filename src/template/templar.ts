import type { Location } from '../core/location.ts'
import type { Scope } from '../core/scope.ts'
import { mapValues } from '../core/values/dicts.ts'
import { isDict, special, Unsafe } from '../core/values/types.ts'
import { Cache } from './cache.ts'
import { check, checkFile, freeVariables } from './check.ts'
import { conditionOf } from './condition.ts'
import { findTemplate, loadFile, restoreEndings, searchPathOf, trailing } from './files.ts'
import { baseGlobals } from './globals.ts'
import { type Compiled, compileExpression, compileString, madeSince } from './jinja/compile.ts'
import { type Context, type Library, ScopeFrame } from './jinja/context.ts'
import { placed } from './jinja/errors.ts'
import { addBlocks, run } from './jinja/inheritance.ts'
import { nunjucks } from './jinja/nunjucks.ts'
import { defaultSyntax } from './jinja/syntax.ts'
import { makeLibrary } from './library.ts'
import { lookupGlobals, missingLookup, runLookup } from './lookups/run.ts'
import { toPlain } from './native.ts'
import { templateVariables } from './template-variables.ts'
import type { FileOptions, Templar, TemplarOptions } from './types.ts'

const markup = /\{[{%#]/

/** Compiled strings of all templars: what a source means does not depend on who renders it. */
const strings = new Cache<Compiled>(4000)
const expressions = new Cache<Compiled>(4000)

type Extras = ConstructorParameters<typeof ScopeFrame>[0]['extras']

/**
 * Makes the renderer of a run. Strings without markup cost nothing; nunjucks is loaded by the first that has some.
 * @example createTemplar({}).render('{{ a + 1 }}', scope)
 */
export function createTemplar(options: TemplarOptions = {}): Templar {
  const searchPath = options.searchPath ?? []
  const library: Library = {
    ...makeLibrary(options),
    globals: { ...baseGlobals, ...lookupGlobals((context) => servicesOf(context)) },
    load: (name, context) => {
      const { template } = loadFile(findTemplate(name, context.searchPath), {}, options.decrypted)
      if (template === undefined) throw new Error('a template file compiles to a template')
      return template
    },
    render: (text, { scope, at }) => renderText(text, scope, at),
    warn: (message, at) => options.warn?.(message, at),
    suggest: options.suggest ?? true,
  }

  const contextOf = (
    scope: Scope,
    at: Location | undefined,
    compiled: Compiled,
    path = scope.searchPath ?? searchPath,
    extras?: Extras,
  ): Context => {
    const base = new ScopeFrame({
      scope,
      globals: library.globals,
      context: () => context,
      copies: compiled.copies,
      extras,
    })
    const root = compiled.template === undefined ? base : new (nunjucks().runtime.Frame)(base)
    const context: Context = { library, scope, base, at, searchPath: path, root, blocks: new Map() }
    return context
  }

  const output = (compiled: Compiled, context: Context): unknown => {
    const { evaluate, template } = compiled
    if (evaluate !== undefined) return evaluate(context, context.root)
    if (template === undefined) return ''
    addBlocks(context, template)
    return run(template.rootRenderFunc, context, context.root)
  }

  /** The value for the world outside: looked into only if the evaluation made anything that is not plain. */
  const finish = (compiled: Compiled, context: Context, source: string): unknown => {
    const before = special.made
    const value = output(compiled, context)
    if (typeof value === 'string' || !madeSince(before)) return value
    try {
      return toPlain(value)
    } catch (error) {
      throw placed(error, { source }, 1, 1, context)
    }
  }

  const renderText = (source: string, scope: Scope, at: Location | undefined): unknown => {
    if (!markup.test(source)) return source
    let compiled = strings.get(source)
    if (compiled === undefined) {
      const text = source.replace(/\r\n?/g, '\n').replace(/\n$/, '')
      const parts = { text, place: { source }, syntax: defaultSyntax, rawBackslashes: true }
      compiled = strings.set(source, compileString(parts, { at }))
    }
    const value = finish(compiled, contextOf(scope, at, compiled), source)
    return typeof value === 'string' ? restoreEndings(value, trailing(source, '\n'), '\n') : value
  }

  const render = (value: unknown, scope: Scope, at?: Location): unknown => {
    if (typeof value === 'string') return renderText(value, scope, at)
    if (value instanceof Unsafe) return value.text
    if (Array.isArray(value)) return value.map((item) => render(item, scope, at))
    return isDict(value) ? mapValues(value, (item) => render(item, scope, at)) : value
  }

  const evaluate = (expression: string, scope: Scope, at?: Location): unknown => {
    let compiled = expressions.get(expression)
    if (compiled === undefined) {
      const parts = { text: expression, place: { source: expression }, syntax: defaultSyntax }
      compiled = expressions.set(expression, compileExpression(parts, { at }))
    }
    return finish(compiled, contextOf(scope, at, compiled), expression)
  }

  const renderFile = (path: string, scope: Scope, settings: FileOptions = {}, more: Extras = {}): string => {
    const { searchPath: nearer = [], destination, source, ...syntax } = settings
    const compiled = loadFile(path, syntax, options.decrypted)
    const folders = searchPathOf(path, [...nearer, ...(scope.searchPath ?? searchPath)])
    const extras = { ...templateVariables(path, { destination, source }), ...more }
    const text = String(output(compiled, contextOf(scope, undefined, compiled, folders, extras)))
    return restoreEndings(text, compiled.endings, compiled.syntax.newline_sequence)
  }

  const servicesOf = (context: Context) => ({
    context,
    searchPath: context.searchPath,
    baseDirectory: options.baseDirectory ?? process.cwd(),
    own: options.lookups ?? {},
    outside: options.outside ?? true,
    decrypted: options.decrypted ?? ((content) => content),
    renderFile: (path: string, variables: Readonly<Record<string, unknown>>, settings: FileOptions) =>
      renderFile(
        path,
        context.scope,
        { ...settings, searchPath: context.searchPath },
        Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, () => value])),
      ),
  })

  return {
    isTemplate: (value): value is string => typeof value === 'string' && markup.test(value),
    render,
    renderFile: (path, scope, settings) => renderFile(path, scope, settings),
    evaluate,
    condition: (expression, scope, at) =>
      conditionOf(expression, scope, at, { evaluate, render, warn: library.warn }),
    check: (source, kind, at) => check(source, kind, library, at),
    checkFile: (path, settings) => checkFile(path, library, settings, options.decrypted),
    variables: freeVariables,
    missingLookup: (name) => missingLookup(name, options.lookups),
    lookup: (name, terms, scope, at) => {
      const context = contextOf(scope, at, { copies: false })
      try {
        const found = runLookup(name, terms, {}, servicesOf(context))
        return found.map(toPlain)
      } catch (error) {
        throw placed(error, { source: '' }, 1, 1, context)
      }
    },
    within: (path) => createTemplar({ ...options, searchPath: path }),
  }
}
