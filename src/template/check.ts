import { readFileSync } from 'node:fs'
import type { Location } from '../core/location.ts'
import { loadFile } from './files.ts'
import { compileExpression, compileString, parseExpression, parseTemplate } from './jinja/compile.ts'
import type { Library } from './jinja/context.ts'
import { type Place, placed } from './jinja/errors.ts'
import { freeNames } from './jinja/free-names.ts'
import { isKind, walk } from './jinja/nodes.ts'
import type { Node } from './jinja/nunjucks.ts'
import { defaultSyntax, readHeader, type Syntax } from './jinja/syntax.ts'
import type { FileOptions, VariableNames } from './types.ts'

type Kind = 'template' | 'expression'

function parse(text: string, kind: Kind, place: Place, at?: Location, syntax: Syntax = defaultSyntax): Node {
  const source = { text, place, syntax, rawBackslashes: kind === 'template' && place.file === undefined }
  return kind === 'expression' ? parseExpression(source, { at }) : parseTemplate(source, { at })
}

/** Checks a string's syntax, and that its filters and tests exist. */
export function check(source: string, kind: Kind, library: Library, at?: Location): void {
  if (kind === 'template' && !/\{[{%#]/.test(source)) return
  const place = { source }
  checkNames(parse(source, kind, place, at), place, library, at)
  const whole = { text: source, place, syntax: defaultSyntax }
  if (kind === 'expression') compileExpression(whole, { at })
  else compileString(whole, { at })
}

/** Checks a template file. */
export function checkFile(
  path: string,
  library: Library,
  options: FileOptions = {},
  decrypted = (content: Buffer, _file: string) => content,
): void {
  loadFile(path, options, decrypted)
  const text = decrypted(readFileSync(path), path).toString('utf8')
  const { source, syntax, skipped } = readHeader(text.replace(/\r\n?/g, '\n'), {
    ...defaultSyntax,
    ...options,
  })
  const place = { source, file: path, skipped }
  checkNames(parse(source, 'template', place, undefined, syntax), place, library)
}

function checkNames(root: Node, place: Place, library: Library, at?: Location): void {
  for (const node of walk(root)) {
    try {
      if (isKind(node, 'Pipe')) library.filter(node.name)
      else if (isKind(node, 'Test')) library.test(node.name)
    } catch (error) {
      throw placed(error, place, node.lineno + 1, node.colno + 1, { at })
    }
  }
}

/** The free names of a source; none for text without markup. */
export function freeVariables(source: string, kind: Kind = 'template'): VariableNames {
  if (kind === 'template' && !/\{[{%#]/.test(source)) return { names: [], certain: [] }
  return freeNames(parse(source, kind, { source }))
}
