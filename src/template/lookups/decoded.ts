import { str } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'

/**
 * The text of a file in the encoding that the caller names; UTF-8 by default.
 * @throws {EvaluationError} for an unknown encoding
 */
export function decoded(content: Buffer, encoding: unknown = 'utf-8'): string {
  try {
    return new TextDecoder(str(encoding)).decode(content)
  } catch (error) {
    if (error instanceof RangeError) throw new EvaluationError(`unknown encoding: ${str(encoding)}`)
    throw error
  }
}
