import type { Location } from '../../core/location.ts'
import type { Scope } from '../../core/scope.ts'
import { didYouMean } from '../../core/suggest.ts'
import { entriesOf, growingDict } from '../../core/values/dicts.ts'
import { bare, type Dict, isDict, special, Undefined } from '../../core/values/types.ts'
import { omit } from '../omit.ts'
import { UndefinedVariableError } from './errors.ts'
import type { CompiledTemplate, Frame, RootFunction } from './nunjucks.ts'

/** Filters and tests by name, and what they may ask of the templar. */
export interface Library {
  filter(name: string): FilterFunction
  test(name: string): TestFunction
  globals: Readonly<Record<string, (context: Context) => unknown>>
  /** Loads a template for include, import or extends. */
  load(name: string, context: Context): CompiledTemplate
  /** Renders a text that stands in an expression, with the variables of the run. */
  render(text: string, context: Context): unknown
  warn(message: string, at: Location | undefined): void
  /** Whether errors name the word that was probably meant. */
  readonly suggest: boolean
}

export type FilterFunction = (
  context: Context,
  value: unknown,
  positional: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
) => unknown

export type TestFunction = (...parameters: Parameters<FilterFunction>) => boolean

/** One rendering: its variables, its place, and the blocks of its chain of templates. */
export interface Context {
  readonly library: Library
  readonly scope: Scope
  readonly base: Frame
  readonly at: Location | undefined
  readonly searchPath: readonly string[]
  /** The frame of the outermost template level: blocks see what is set there. */
  readonly root: Frame
  /** Versions of each block, from the most derived one to the base. */
  readonly blocks: Map<string, RootFunction[]>
}

type Extras = Readonly<Record<string, () => unknown>>

/** The outermost frame: looks names up in a scope, then among the globals, and copies nothing. */
export class ScopeFrame implements Frame {
  readonly variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  readonly parent = undefined
  readonly #scope: Scope
  readonly #globals: Library['globals']
  readonly #context: () => Context
  readonly #copies: boolean
  readonly #extras: Extras

  constructor(options: {
    readonly scope: Scope
    readonly globals: Library['globals']
    readonly context: () => Context
    /** Hand out copies: the template calls methods that change values. */
    readonly copies: boolean
    readonly extras?: Extras | undefined
  }) {
    this.#scope = options.scope
    this.#globals = options.globals
    this.#context = options.context
    this.#copies = options.copies
    this.#extras = options.extras ?? {}
  }

  set(name: string, value: unknown): void {
    this.variables[name] = value
  }

  lookup(name: string): unknown {
    const known = this.variables[name]
    if (known !== undefined) return known
    if (Object.hasOwn(this.#extras, name)) return this.#keep(name, this.#extras[name]?.())
    if (this.#scope.has(name)) {
      const value = this.#read(name)
      return this.#copies ? this.#keep(name, copy(value)) : value
    }
    return Object.hasOwn(this.#globals, name) ? this.#globals[name]?.(this.#context()) : undefined
  }

  /** A variable whose own template uses something undefined is undefined itself: `is defined` may ask. */
  #read(name: string): unknown {
    try {
      const value = bare(this.#scope.get(name)) ?? null
      // Lists and dictionaries that it is put into are to be looked at.
      if (value === omit) special.made += 1
      return value
    } catch (error) {
      if (error instanceof UndefinedVariableError) return new Undefined(name, `'${name}': ${error.message}`)
      throw error
    }
  }

  #keep(name: string, value: unknown): unknown {
    this.variables[name] = value
    return value
  }

  missing(name: string): Undefined {
    if (!this.#context().library.suggest) return new Undefined(name)
    const known = () => [
      ...this.#scope.names(),
      ...Object.keys(this.#globals).filter((one) => one.length > 4),
    ]
    return new Undefined(name, '', () => didYouMean(name, known()))
  }
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy)
  if (!isDict(value)) return value
  return growingDict(entriesOf(value as Dict).map(([key, item]) => [key, copy(item)]))
}

export const emptyScope: Scope = { has: () => false, get: () => undefined, names: () => [] }
