/** The types a module parameter can have, as Ansible's argument specs name them; `mode` is Ansible's raw file mode. */
export type ArgumentType = 'str' | 'path' | 'bool' | 'int' | 'float' | 'list' | 'dict' | 'raw' | 'mode'

/** One parameter of a module, as data: its types, checks and documentation all come from here. */
export interface ArgumentSpec {
  readonly type: ArgumentType
  readonly doc: string
  readonly required?: true
  readonly default?: unknown
  readonly choices?: readonly (string | number)[]
  readonly aliases?: readonly string[]
  /** Type of a list's elements. */
  readonly elements?: Exclude<ArgumentType, 'list'>
  /** Parameters inside a dict, or inside each dict of a list. */
  readonly options?: ArgumentSpecs
  /** Text that must be given as text: what is said of a list, a number and so on, which are refused. */
  readonly only_text?: string
  /** The value is a secret: masked wherever it surfaces. */
  readonly no_log?: true
}

export type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>

/** What parameters ask of one another; messages and meaning as in Ansible's argument spec. */
export interface ArgumentRules {
  readonly mutually_exclusive?: readonly (readonly string[])[]
  readonly required_together?: readonly (readonly string[])[]
  readonly required_one_of?: readonly (readonly string[])[]
  /** What a module of Ansible's says in place of the usual words. */
  readonly words?: {
    /** When one that is required is missing. */
    readonly incomplete?: string
    /** When none of those in `required_one_of` is given. */
    readonly none_given?: string
    /** When several of those in `mutually_exclusive` are given. */
    readonly several_given?: string
    /** The exit code that comes with the words. */
    readonly rc?: number
  }
  /** [parameter, value, the parameters then required] */
  readonly required_if?: readonly (readonly [string, unknown, readonly string[]])[]
  readonly required_by?: Readonly<Record<string, readonly string[]>>
}

interface Scalars {
  str: string
  path: string
  bool: boolean
  int: number
  float: number
  list: readonly unknown[]
  dict: Readonly<Record<string, unknown>>
  raw: unknown
  mode: string | number
}

type ElementOf<S extends ArgumentSpec> = S extends { options: infer O extends ArgumentSpecs }
  ? Args<O>
  : S extends { choices: readonly (infer C)[] }
    ? C
    : S extends { elements: infer E extends ArgumentType }
      ? Scalars[E]
      : unknown

/** The type of a checked parameter's value. */
export type ValueOf<S extends ArgumentSpec> = S['type'] extends 'list'
  ? readonly ElementOf<S>[]
  : S extends { options: infer O extends ArgumentSpecs }
    ? Args<O>
    : S extends { choices: readonly (infer C)[] }
      ? C
      : Scalars[S['type']]

/** A module's checked arguments: every parameter is a key, undefined where it was not given and has no default. */
export type Args<S extends ArgumentSpecs> = {
  readonly [K in keyof S]: S[K] extends { required: true }
    ? ValueOf<S[K]>
    : S[K] extends { default: unknown }
      ? ValueOf<S[K]>
      : ValueOf<S[K]> | undefined
}

/** A template that is one whole expression: it gives a value of any type. */
export type WholeTemplate = `{{${string}}}`

/** A value as an author may write it: itself, a template, or a function of the variables. */
export type Value<T, V> = T | WholeTemplate | ((vars: V) => T | undefined)

/** Any value, or a function that gives one; spelled out, since `unknown` would leave the function's parameter untyped. */
export type AnyValue<V> =
  | string
  | number
  | boolean
  | null
  | readonly unknown[]
  | Readonly<Record<string, unknown>>
  | ((vars: V) => unknown)

type InputElement<S extends ArgumentSpec, V> = S extends { options: infer O extends ArgumentSpecs }
  ? Inputs<O, V>
  : S['type'] extends 'dict'
    ? Readonly<Record<string, unknown>>
    : Value<ElementOf<S>, V>

type InputValue<S extends ArgumentSpec, V> = S['type'] extends 'list'
  ? readonly InputElement<S, V>[] | Value<readonly ElementOf<S>[], V> | OneElement<S>
  : S['type'] extends 'dict'
    ? InputElement<S, V> | Value<ValueOf<S>, V>
    : S extends { type: 'str'; choices?: never }
      ? Value<string | number | boolean, V>
      : S['type'] extends 'raw'
        ? AnyValue<V>
        : Value<ValueOf<S>, V>

/** A list may also be one element, or text with commas, as Ansible takes it. */
type OneElement<S extends ArgumentSpec> = S extends { choices: readonly (infer C)[] } ? C : string

type AliasesOf<S extends ArgumentSpecs> = {
  [K in keyof S]: S[K] extends { aliases: readonly (infer A extends string)[] } ? Record<A, S[K]> : never
}[keyof S]

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never

type WithAliases<S extends ArgumentSpecs> = [AliasesOf<S>] extends [never]
  ? unknown
  : UnionToIntersection<AliasesOf<S>>

// A required parameter that has aliases may be given under any of its names, so no single name is required.
type RequiredKeys<S extends ArgumentSpecs> = {
  [K in keyof S]: S[K] extends { required: true }
    ? S[K] extends { aliases: readonly string[] }
      ? never
      : K
    : never
}[keyof S]

/**
 * A module's parameters as an author writes them. One flat type: of an intersection of types whose members are all
 * optional, the compiler would accept anything, a function too.
 */
export type Inputs<S extends ArgumentSpecs, V> = Flat<SplitInputs<S, V>>

type Flat<T> = { readonly [K in keyof T]: T[K] }

type SplitInputs<S extends ArgumentSpecs, V> = {
  readonly [K in RequiredKeys<S>]: InputValue<S[K], V>
} & {
  readonly [K in Exclude<keyof S, RequiredKeys<S>>]?: InputValue<S[K], V> | undefined
} & {
  readonly [K in keyof WithAliases<S>]?: WithAliases<S>[K] extends ArgumentSpec
    ? InputValue<WithAliases<S>[K], V> | undefined
    : never
}
