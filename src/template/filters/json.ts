import { truth } from '../../core/values/compare.ts'
import type { JsonStyle } from '../../core/values/json.ts'
import { toIndex } from '../../core/values/numbers.ts'
import { readJson } from '../../core/values/read-json.ts'
import { str } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'

/** The style that keyword arguments of `to_json` and its kin ask for. */
export function jsonStyle(named: Record<string, unknown>, fallback: JsonStyle): JsonStyle {
  const { indent, sort_keys, ensure_ascii, separators } = named
  const [item, key] = Array.isArray(separators) ? separators : []
  return {
    ...fallback,
    ...(indent === undefined || indent === null ? {} : { indent: toIndex(indent) }),
    ...(sort_keys === undefined ? {} : { sortKeys: truth(sort_keys) }),
    ...(ensure_ascii === undefined ? {} : { ascii: truth(ensure_ascii) }),
    ...(item === undefined ? {} : { separators: [str(item), str(key)] as const }),
  }
}

/** JSON text as values. */
export function fromJson(text: string): unknown {
  try {
    return readJson(text)
  } catch (error) {
    throw new EvaluationError(`from_json: ${error instanceof Error ? error.message : String(error)}`)
  }
}
