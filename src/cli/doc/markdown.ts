import type { ModuleDoc, ParameterDoc } from '../../modules/describe.ts'

const HEAD = `# Modules

What tasks can do, as \`playscript doc --markdown\` writes it: \`npm run docs\` makes this page anew, and a test fails when it
is out of date. In a terminal, \`playscript doc MODULE\` shows one of them. Names, parameters and results are Ansible's; each
module can tell in check mode what it would change.
`

/** The page of all modules. */
export function markdownPage(docs: readonly ModuleDoc[]): string {
  const index = docs.map(({ name, summary }) => `| [${name}](#${name}) | ${cell(summary)} |`)
  return [HEAD, '| module | |', '| --- | --- |', ...index, '', ...docs.map(section)].join('\n')
}

function section(doc: ModuleDoc): string {
  const { name, summary, text, reference, examples, free_form, parameters, rules } = doc
  const said = text === '' ? summary : text
  return [
    `## ${name}`,
    '',
    reference === undefined ? said : `${said} [Ansible’s page](${reference}).`,
    ...examples.flatMap((example) => ['', '```ts', example, '```']),
    ...(free_form === undefined ? [] : ['', 'A bare string may stand in place of the parameters.']),
    ...(parameters.length === 0
      ? []
      : ['', '| parameter | type | default | |', '| --- | --- | --- | --- |', ...parameters.map(row)]),
    ...(rules.length === 0 ? [] : ['', rules.join(' ')]),
    '',
  ].join('\n')
}

function row({ name, type, required, default: value, choices, aliases, secret, doc }: ParameterDoc): string {
  const more = [
    ...(choices.length === 0 ? [] : [`one of ${choices.map((one) => `\`${one}\``).join(', ')}`]),
    ...(aliases.length === 0 ? [] : [`also called ${aliases.map((one) => `\`${one}\``).join(', ')}`]),
    ...(secret ? ['masked'] : []),
  ]
  const shown = required ? '*required*' : value === undefined ? '' : `\`${JSON.stringify(value)}\``
  const cells = [`\`${name}\``, type, shown, `${doc}${more.length === 0 ? '' : `; ${more.join('; ')}`}`]
  return `| ${cells.map(cell).join(' | ')} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
