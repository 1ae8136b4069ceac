import { isDeepStrictEqual } from 'node:util'
import { isDictionary } from '../core/values/dictionary.ts'
import { mapValues, PyDict } from '../core/values/dicts.ts'
import { float, isDict } from '../core/values/types.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import { normalItem } from './normal.ts'

/** One thing that differs between what was loaded from YAML and from TypeScript. */
export interface Difference {
  /** The task, handler or play. */
  readonly where: string
  readonly field: string
  readonly yaml: unknown
  readonly code: unknown
}

const NOT_COMPARED = ['at', 'playbookDir', 'sections', 'handlers', 'roles']

/** Compares loaded plays, field by field: their own keywords, their roles' variables, their tasks and handlers. */
export function comparePlays(
  yaml: readonly LoadedPlay[],
  code: readonly LoadedPlay[],
): readonly Difference[] {
  if (yaml.length !== code.length) return [counted('the playbook', 'plays', yaml.length, code.length)]
  return yaml.flatMap((play, index) => {
    const other = code[index]
    return other === undefined ? [] : comparePlay(play, other)
  })
}

function comparePlay(yaml: LoadedPlay, code: LoadedPlay): readonly Difference[] {
  const where = `play "${yaml.name}"`
  const own = (play: LoadedPlay) =>
    Object.fromEntries(Object.entries(play).filter(([key]) => !NOT_COMPARED.includes(key)))
  const roles = yaml.roles.flatMap((role, index) => {
    const pick = (one: typeof role | undefined) => ({
      defaults: one?.defaults,
      vars: one?.vars,
      params: one?.params,
    })
    return fields(`role "${role.name}"`, pick(role), pick(code.roles[index]))
  })
  const sections = yaml.sections.flatMap((section, index) =>
    compareItems(where, section, code.sections[index] ?? []),
  )
  return [
    ...fields(where, normalItem(own(yaml)), normalItem(own(code))),
    ...roles,
    ...sections,
    ...compareItems(`${where}, handlers`, yaml.handlers, code.handlers),
  ]
}

function compareItems(
  where: string,
  yaml: readonly object[],
  code: readonly object[],
): readonly Difference[] {
  if (yaml.length !== code.length) return [counted(where, 'tasks', yaml.length, code.length)]
  return yaml.flatMap((item, index) => {
    const normal = normalItem(item as Readonly<Record<string, unknown>>)
    const other = normalItem((code[index] ?? {}) as Readonly<Record<string, unknown>>)
    const name = typeof normal.name === 'string' ? normal.name : String(normal.action ?? normal.kind)
    return fields(`task "${name}"`, normal, other)
  })
}

function fields(
  where: string,
  yaml: Readonly<Record<string, unknown>>,
  code: Readonly<Record<string, unknown>>,
  path = '',
): readonly Difference[] {
  const names = [...new Set([...Object.keys(yaml), ...Object.keys(code)])]
  return names.flatMap((name): readonly Difference[] => {
    const [one, other] = [inPython(yaml[name]), inPython(code[name])]
    if (isDeepStrictEqual(one, other)) return []
    const field = path === '' ? name : `${path}.${name}`
    if (isDictionary(one) && isDictionary(other)) return fields(where, one, other, field)
    return [{ where, field, yaml: one, code: other }]
  })
}

/** What a value in code stands for where TypeScript has no literal: see `print.ts`. */
function inPython(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inPython)
  if (value instanceof Map)
    return new PyDict([...value].map(([key, item]) => [inPython(key), inPython(item)]))
  if (isDict(value)) return mapValues(value, inPython)
  if (typeof value !== 'string') return value
  const [, digits] = /^\{\{ (-?\d+(?:\.\d+|e[+-]\d+|\.\d+e[+-]\d+)) \}\}$/.exec(value) ?? []
  return digits === undefined ? value : float(Number(digits))
}

function counted(where: string, field: string, yaml: number, code: number): Difference {
  return { where, field, yaml: `${yaml} of them`, code: `${code} of them` }
}
