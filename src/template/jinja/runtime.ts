import { compareWith, truth } from '../../core/values/compare.ts'
import { dictOf, entriesOf, getKey, growingDict, itemsOf, setKey } from '../../core/values/dicts.ts'
import { str } from '../../core/values/text.ts'
import {
  Absent,
  type Dict,
  defined,
  EvaluationError,
  failUndefined,
  float,
  integer,
  isDict,
  Native,
  Tuple,
  Undefined,
} from '../../core/values/types.ts'
import { negate, operate, positive } from '../python/arithmetic.ts'
import { bind, Callable, type Named, noNames } from '../python/call.ts'
import { pairsOf } from '../python/collection-methods.ts'
import { attribute, callMethod, callValue, item, slice } from '../python/members.ts'
import { type Context, ScopeFrame } from './context.ts'
import { placed } from './errors.ts'
import {
  block,
  exported,
  extend,
  importModule,
  include,
  requiredBlock,
  self,
  superOf,
} from './inheritance.ts'
import { Loop } from './loop.ts'
import { macro } from './macro.ts'
import { type Frame, nunjucks } from './nunjucks.ts'

/** What `namespace(…)` makes: the one value whose members `{% set ns.x = … %}` can change. */
export class Namespace extends Native {
  readonly typeName = 'Namespace'
  readonly values: Dict

  constructor(values: Dict) {
    super()
    this.values = values
  }

  member(name: string): unknown {
    return getKey(this.values, name)
  }

  override toRepr(): string {
    return `<Namespace ${str(this.values)}>`
  }
}

/** Makes a namespace of dicts, pairs and keywords, as `dict(…)` takes them. */
export function namespaceOf(positional: readonly unknown[], named: Named): Namespace {
  const values = growingDict([])
  const [source] = bind('namespace()', ['source'], positional, noNames)
  for (const [key, value] of source === undefined ? [] : pairsOf(source)) setKey(values, key, value)
  for (const [key, value] of Object.entries(named)) setKey(values, key, value)
  return new Namespace(values)
}

function name(frame: Frame, wanted: string): unknown {
  const value = frame.lookup(wanted)
  if (value !== undefined) return value
  let base: Frame = frame
  while (base.parent !== undefined && base.parent !== null) base = base.parent
  return base instanceof ScopeFrame ? base.missing(wanted) : new Undefined(wanted)
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : str(value)
}

function unpack(value: unknown, count: number): unknown[] {
  const items = itemsOf(value)
  if (items.length === count) return items
  const problem = items.length < count ? 'not enough' : 'too many'
  throw new EvaluationError(`${problem} values to unpack (expected ${count}, got ${items.length})`)
}

function setMember(frame: Frame, object: string, member: string, value: unknown): void {
  const target = name(frame, object)
  if (target instanceof Undefined) failUndefined(target)
  if (!(target instanceof Namespace)) {
    throw new EvaluationError(
      `cannot set '${object}.${member}': only a namespace() has members that can be set`,
    )
  }
  setKey(target.values, member, value)
}

function named(value: unknown): Named {
  if (!isDict(value)) throw new EvaluationError('argument after ** must be a mapping')
  return Object.fromEntries(entriesOf(value)) as Named
}

function joinNative(chunks: readonly unknown[]): unknown {
  return chunks.length === 1 ? chunks[0] : chunks.map(text).join('')
}

/** Calls a method with the path of its receiver, so that an undefined receiver is named in full. */
function method(
  value: unknown,
  wanted: string,
  positional: readonly unknown[],
  names: Named,
  path: string,
): unknown {
  if (value instanceof Undefined) failUndefined(value)
  if (value instanceof Native || isDict(value)) {
    const found = attribute(value, wanted, path)
    if (!(found instanceof Callable) && !(found instanceof Undefined)) {
      throw new EvaluationError(`'${path}.${wanted}' is a value, not something to call`)
    }
    if (found instanceof Undefined) failUndefined(found)
  }
  return callMethod(value, wanted, positional, names)
}

/** A comparison with `''`: where older Ansible gives `''`, a template that came to nothing gives None, which is told. */
function compareEmpty(
  context: Context,
  source: string,
  operator: string,
  value: unknown,
  empty: unknown,
): boolean {
  if (value === null && /^[!=]=$/.test(operator))
    context.library.warn(
      `${source} is None and so not equal to ''; compare ${source} | default('', true)`,
      context.at,
    )
  return compareWith(operator, value, empty)
}

/** What compiled templates call. Names are short of prefix because they follow `rt.`. */
export const runtime = {
  attribute,
  block,
  call: callValue,
  callMethod: method,
  compareEmpty,
  compareWith,
  dict: dictOf,
  growing: growingDict,
  exported,
  extend,
  filter: (context: Context, value: unknown, wanted: string, positional: readonly unknown[], names: Named) =>
    context.library.filter(wanted)(context, value, positional, names),
  float,
  importModule,
  include,
  rendered: (context: Context, source: string) => context.library.render(source, context),
  integer,
  item,
  items: itemsOf,
  join: (parts: readonly unknown[]) => parts.map((part) => str(part)).join(''),
  joinNative,
  keep: (value: unknown) => defined(value) ?? null,
  loop: (items: readonly unknown[], depth?: number, recurse?: (items: unknown[], depth: number) => string) =>
    new Loop(items, depth, recurse),
  macro,
  name,
  named,
  negate,
  noElse: () => new Absent('(…)', "the inline 'if' has no 'else', and its condition is false"),
  noNames,
  notGiven: (parameter: string) => new Undefined(parameter, `the parameter '${parameter}' was not given`),
  operate,
  placed,
  positive,
  push: (parent: Frame) => new (nunjucks().runtime.Frame)(parent),
  requiredBlock,
  self,
  setMember,
  slice,
  superOf,
  test: (context: Context, value: unknown, wanted: string, positional: readonly unknown[], names: Named) =>
    context.library.test(wanted)(context, value, positional, names),
  text,
  truth,
  tuple: (items: readonly unknown[]) => Tuple.over(items),
  unpack,
}
