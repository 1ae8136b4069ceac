import { createRequire } from 'node:module'

/** A node of a parsed template. Fields beside the place depend on the kind, which `typename` tells. */
export interface Node {
  readonly typename: string
  readonly lineno: number
  readonly colno: number
}

export interface NodeList extends Node {
  children: Node[]
  addChild(child: Node): void
}

export interface Token {
  readonly type: string
  readonly value: string
  readonly lineno: number
  readonly colno: number
}

/** What nunjucks' parser asks of a source of tokens. */
export interface TokenSource {
  nextToken(): Token | null
  readonly tags: { readonly VARIABLE_END: string; readonly COMMENT_END: string }
}

/** The parts of nunjucks' parser that ours builds upon. */
export interface BaseParser {
  tokens: TokenSource
  breakOnBlocks: readonly string[] | null
  nextToken(): Token | null
  peekToken(): Token | null
  pushToken(token: Token | null): void
  fail(message: string, line?: number, column?: number): never
  skip(type: string): boolean
  expect(type: string): Token
  skipValue(type: string, value: string): boolean
  skipSymbol(value: string): boolean
  advanceAfterBlockEnd(name?: string): Token
  parseUntilBlocks(...names: string[]): NodeList
  parseStatement(): Node | null
  parseExpression(): Node
  parseOr(): Node
  parseNodes(): Node[]
  parseAsRoot(): NodeList
}

/** The parts of nunjucks' compiler that ours builds upon: code is emitted piece by piece. */
export interface BaseCompiler {
  codebuf: string[]
  buffer: string | null
  _emit(code: string): void
  _emitLine(code: string): void
  _tmpid(): string
  compile(node: Node, frame: unknown): void
  fail(message: string, line?: number, column?: number): never
  getCode(): string
}

/** Variables of one block, with the blocks around it. */
export interface Frame {
  readonly variables: Record<string, unknown>
  readonly parent: Frame | undefined
  set(name: string, value: unknown): void
  lookup(name: string): unknown
}

type NodeClass = new (line: number, column: number, ...fields: unknown[]) => Node

export interface NodeFamily {
  readonly Node: NodeClass & { extend(name: string, properties: { fields: string[] }): NodeClass }
  readonly NodeList: new (line: number, column: number, children?: Node[]) => NodeList
  readonly [kind: string]: unknown
}

export type RootFunction = (
  environment: unknown,
  context: unknown,
  frame: Frame,
  runtime: unknown,
  done: (error: unknown, output?: unknown) => void,
) => void

export interface CompiledTemplate {
  readonly path: string
  readonly blocks: Record<string, RootFunction>
  readonly rootRenderFunc: RootFunction
}

export interface Nunjucks {
  readonly parser: { readonly Parser: new (tokens: TokenSource) => BaseParser }
  readonly compiler: { readonly Compiler: new (name: string, throwOnUndefined: boolean) => BaseCompiler }
  readonly nodes: NodeFamily
  readonly lexer: Readonly<Record<string, string>>
  readonly runtime: { readonly Frame: new (parent?: Frame, isolate?: boolean) => Frame }
  readonly Environment: new (loaders: readonly unknown[], options: Record<string, unknown>) => unknown
  readonly Template: new (
    source: { readonly type: 'code'; readonly obj: Record<string, RootFunction> },
    environment: unknown,
    path: string,
    eager: boolean,
  ) => CompiledTemplate
}

let loaded: Nunjucks | undefined

/** nunjucks itself, loaded when the first template needs it: it costs 20 ms that many runs can save. */
export function nunjucks(): Nunjucks {
  loaded ??= createRequire(import.meta.url)('nunjucks') as Nunjucks
  return loaded
}
