import type { ModuleDoc, ParameterDoc } from '../../modules/describe.ts'

/** The names of all modules, each with its line. */
export function listText(docs: readonly Pick<ModuleDoc, 'name' | 'summary'>[], width: number): string {
  const column = Math.max(...docs.map(({ name }) => name.length)) + 2
  return docs.map(({ name, summary }) => `${name.padEnd(column)}${cut(summary, width - column)}\n`).join('')
}

function cut(text: string, width: number): string {
  return text.length <= width || width < 20 ? text : `${text.slice(0, width - 1)}…`
}

/** A module's page in a terminal. */
export function moduleText(doc: ModuleDoc, width: number): string {
  const { name, summary, text, reference, examples, free_form, parameters, rules } = doc
  return [
    `${name.toUpperCase()}\n`,
    ...paragraphs(text === '' ? summary : text, width),
    ...(reference === undefined ? [] : [`\n  ${reference}\n`]),
    ...examples.map((example) => `\nEXAMPLE\n${example.replace(/^/gm, '  ')}\n`),
    parameters.length > 0 || free_form !== undefined ? '\nPARAMETERS\n' : '',
    ...(free_form === undefined ? [] : ['  A bare string may stand in place of the parameters.\n']),
    ...parameters.map((one) => parameterText(one, width)),
    ...(rules.length === 0
      ? []
      : ['\nRULES\n', ...rules.map((rule) => wrap(rule.replaceAll('`', ''), width, 2))]),
  ].join('')
}

function paragraphs(text: string, width: number): readonly string[] {
  return text.split(/\n{2,}/).map((part) => wrap(part.replaceAll('\n', ' '), width, 2))
}

function parameterText(one: ParameterDoc, width: number): string {
  const { name, type, required, default: value, choices, aliases, secret, doc } = one
  const facts = [
    type,
    ...(required ? ['required'] : []),
    ...(value === undefined ? [] : [`default ${JSON.stringify(value)}`]),
    ...(choices.length === 0 ? [] : [`one of ${choices.join(', ')}`]),
    ...(aliases.length === 0 ? [] : [`also ${aliases.join(', ')}`]),
    ...(secret ? ['masked'] : []),
  ]
  return `${wrap(`${required ? '=' : '-'} ${name} (${facts.join('; ')})`, width, 2, 4)}${wrap(doc, width, 6)}`
}

/** Text in lines of a width, set in; those after the first by `later` columns. */
function wrap(text: string, width: number, indent: number, later = indent): string {
  const lines: string[] = []
  let line = ' '.repeat(indent)
  let empty = true
  for (const word of text.split(/\s+/)) {
    if (!empty && line.length + 1 + word.length > Math.max(width, 40)) {
      lines.push(line)
      line = ' '.repeat(later)
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return `${[...lines, line].join('\n')}\n`
}
