import { inSlices } from '../slices.ts'
import { type ParseOptions, parsing, type YamlDocument } from './parse.ts'

/**
 * As `parseYaml`, but rests between two slices of a long document.
 * @param rest lets the rest of the program go on, or throws to give up
 */
export function parseYamlInSlices(
  text: string,
  file: string,
  rest: () => Promise<void>,
  options: ParseOptions = {},
): Promise<YamlDocument> {
  return inSlices(parsing(text, file, options), rest)
}
