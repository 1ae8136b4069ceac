import { repr, str } from '../../core/values/text.ts'
import { EvaluationError, Undefined } from '../../core/values/types.ts'
import type { Named } from './call.ts'
import { formatSpec } from './spec.ts'

/** Reads an attribute or an item of a value by the template's own rules: own names only. */
export interface Members {
  attribute(value: unknown, name: string): unknown
  item(value: unknown, key: unknown): unknown
}

/** Python's `str.format`: `{}`, `{0}`, `{name.key[3]!r:>10}`, with `{{` and `}}` for braces. */
export function formatBraces(
  template: string,
  positional: readonly unknown[],
  named: Named,
  members: Members,
): string {
  let automatic = 0
  const value = (field: string): unknown => {
    const [, head = '', path = ''] = /^([^.[]*)(.*)$/s.exec(field) ?? []
    let found: unknown
    if (head === '' || /^\d+$/.test(head)) {
      const index = head === '' ? automatic++ : Number(head)
      if (index >= positional.length) {
        throw new EvaluationError(`Replacement index ${index} out of range for positional args tuple`)
      }
      found = positional[index]
    } else {
      if (!Object.hasOwn(named, head)) throw new EvaluationError(`format: no argument is named '${head}'`)
      found = named[head]
    }
    for (const [, attribute, key] of path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
      if (attribute !== undefined) found = members.attribute(found, attribute)
      else found = members.item(found, /^\d+$/.test(key ?? '') ? Number(key) : key)
      if (found instanceof Undefined) throw new EvaluationError(`format: '${field}' has no such member`)
    }
    return found
  }
  const replace = (source: string, depth: number): string => {
    let text = ''
    let index = 0
    while (index < source.length) {
      const character = source[index] ?? ''
      if ((character === '{' || character === '}') && source[index + 1] === character && depth === 0) {
        text += character
        index += 2
      } else if (character === '{') {
        const end = closing(source, index)
        text += field(source.slice(index + 1, end), depth)
        index = end + 1
      } else if (character === '}') throw new EvaluationError("Single '}' encountered in format string")
      else {
        text += character
        index += 1
      }
    }
    return text
  }
  const field = (source: string, depth: number): string => {
    const [, name = '', conversion, spec = ''] =
      /^((?:[^!:[]|\[[^\]]*\])*)(?:!([rsa]))?(?::(.*))?$/s.exec(source) ?? []
    const found = value(name)
    const shown =
      conversion === 'r' || conversion === 'a' ? repr(found) : conversion === 's' ? str(found) : found
    return formatSpec(shown, depth === 0 ? replace(spec, 1) : spec)
  }
  return replace(template, 0)
}

function closing(source: string, open: number): number {
  let depth = 0
  for (let index = open; index < source.length; index += 1) {
    if (source[index] === '{') depth += 1
    if (source[index] === '}') depth -= 1
    if (depth === 0) return index
  }
  throw new EvaluationError("Single '{' encountered in format string")
}
