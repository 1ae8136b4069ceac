import { ArgumentError } from './errors.ts'

/**
 * Refuses line breaks in what becomes part of one line of a file: the rest would be a line of its own, with a meaning
 * that nobody has given it.
 * @param values the parameters, by their names
 * @throws {ArgumentError} naming the parameter
 */
export function refuseLineBreaks(
  module: string,
  values: Readonly<Record<string, string | readonly string[] | undefined>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    const broken = [value ?? []].flat().find((text) => /[\r\n]/.test(text))
    if (broken === undefined) continue
    throw new ArgumentError(`${module}: ${name} must be one line, not ${JSON.stringify(broken)}`, {
      hint: 'What follows the line break would become a line of its own.',
    })
  }
}
