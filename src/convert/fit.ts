import type { ArgumentSpec, ArgumentSpecs } from '../core/arguments.ts'
import { COERCIONS, Mismatch } from '../core/coerce.ts'
import { isDeferred } from '../playbook/check-task.ts'
import { cast, type Dict, dataOf, type Entry, type ScalarValue, scalar, type Tree, treeOf } from './tree.ts'

/** Whether text is one whole expression in braces: a template that the types take for a value of any type. */
export function isWholeTemplate(text: string): boolean {
  return /^\{\{[\s\S]*\}\}$/.test(text)
}

/**
 * A template in the place of a value that is no text. The types take `'{{ … }}'` there; blanks around it, which do not
 * change what it gives, go away, and any other mixture is cast.
 */
export function fitTemplate(value: Tree, text: string): Tree {
  if (isWholeTemplate(text)) return scalar(text)
  return isWholeTemplate(text.trim()) ? scalar(text.trim()) : cast(value)
}

/**
 * Brings a module's parameters to the types that its argument spec declares: words such as `yes` become booleans,
 * numbers of modes become text. What fits no type is cast, so that it is told by the loader as it was before.
 */
export function fitArguments(dict: Dict, specs: ArgumentSpecs): Dict {
  const find = (name: string): ArgumentSpec | undefined =>
    specs[name] ?? Object.values(specs).find(({ aliases = [] }) => aliases.includes(name))
  const end: string[] = [...dict.end]
  const entries = dict.entries.flatMap((one): readonly Entry[] => {
    const spec = find(one.key)
    if (spec === undefined) return [one]
    // Nothing given is the same as null, which the types do not take.
    if (one.value.kind === 'scalar' && one.value.value === null && spec.type !== 'raw') {
      end.push(...one.notes.before)
      return []
    }
    return [{ ...one, value: fitValue(one.value, spec) }]
  })
  return { ...dict, entries, end }
}

type Fit = (value: Tree, spec: ArgumentSpec) => Tree

const FITS: Readonly<Record<ArgumentSpec['type'], Fit>> = {
  str: (value, spec) => (spec.choices ? fitChoice(value, spec) : fitText(value)),
  path: (value) => fitScalar(value, COERCIONS.path),
  bool: (value) => fitScalar(value, COERCIONS.bool),
  int: (value, spec) => (spec.choices ? fitChoice(value, spec) : fitScalar(value, COERCIONS.int)),
  float: (value) => fitScalar(value, COERCIONS.float),
  mode: (value) =>
    value.kind === 'scalar' && typeof value.value === 'string' ? value : fitScalar(value, COERCIONS.mode),
  list: fitList,
  dict: fitDictionary,
  raw: (value) => value,
}

function fitValue(value: Tree, spec: ArgumentSpec): Tree {
  if (value.kind === 'scalar' && isDeferred(value.value)) {
    const asText = ['str', 'path', 'list'].includes(spec.type) && spec.choices === undefined
    const free = asText || spec.type === 'mode' || spec.type === 'raw'
    return free ? value : fitTemplate(value, String(value.value))
  }
  return FITS[spec.type](value, spec)
}

function fitScalar(value: Tree, coerce: (value: unknown) => unknown): Tree {
  if (value.kind !== 'scalar') return cast(value)
  const changed = attempt(() => coerce(value.value))
  if (changed === undefined) return cast(value)
  return changed === value.value ? value : scalar(changed as ScalarValue)
}

function fitText(value: Tree): Tree {
  return value.kind === 'scalar' && value.value !== null ? value : cast(value)
}

function fitChoice(value: Tree, { type, choices = [] }: ArgumentSpec): Tree {
  if (value.kind !== 'scalar') return cast(value)
  const given = attempt(() => COERCIONS[type](value.value))
  const words = { true: ['yes', 'on', 'true'], false: ['no', 'off', 'false'] }[String(value.value)] ?? []
  const choice = choices.find((one) => one === given || words.includes(String(one)))
  return choice === undefined ? cast(value) : scalar(choice)
}

function fitList(value: Tree, spec: ArgumentSpec): Tree {
  const { elements = 'raw', ...rest } = spec
  const element: ArgumentSpec = { ...rest, type: elements }
  if (value.kind === 'scalar') {
    const list = attempt(() => COERCIONS.list(value.value))
    if (!Array.isArray(list)) return cast(value)
    // One word may stand for a list of one; with choices the compiler must see each word.
    const one = typeof value.value === 'string' && (spec.choices === undefined || list.length === 1)
    return one ? fitOne(value, spec) : fitList(treeOf(list), spec)
  }
  if (value.kind !== 'list') return cast(value)
  return { ...value, items: value.items.map((item) => ({ ...item, value: fitElement(item.value, element) })) }
}

function fitOne(value: Tree, spec: ArgumentSpec): Tree {
  return spec.choices ? fitChoice(value, { ...spec, type: 'str' }) : value
}

function fitElement(value: Tree, spec: ArgumentSpec): Tree {
  if (value.kind === 'scalar' && value.value === null && spec.type !== 'raw') return cast(value)
  // In a list the types take text where they also take numbers elsewhere.
  if (spec.type === 'str' && spec.choices === undefined) return fitScalar(value, COERCIONS.str)
  if (spec.type === 'dict' && value.kind === 'scalar') return cast(value)
  return fitValue(value, spec)
}

function fitDictionary(value: Tree, spec: ArgumentSpec): Tree {
  if (value.kind === 'scalar') {
    const dict = attempt(() => COERCIONS.dict(value.value))
    return dict === undefined ? cast(value) : fitDictionary(treeOf(dict), spec)
  }
  if (value.kind !== 'dict') return cast(value)
  return spec.options === undefined ? value : fitArguments(value, spec.options)
}

/** What a coercion gives; undefined where the value does not fit. */
export function attempt(coerce: () => unknown): unknown {
  try {
    return coerce()
  } catch (error) {
    if (error instanceof Mismatch) return undefined
    throw error
  }
}

/** Whether two values are the same data. */
export function isSame(one: Tree, other: Tree): boolean {
  return JSON.stringify(dataOf(one)) === JSON.stringify(dataOf(other))
}
