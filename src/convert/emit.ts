import { printComments, printTree } from './print.ts'
import { keyText } from './strings.ts'
import type { Document, Tree } from './tree.ts'

/** The type of a role's variables, and the file that exports it, as an import names it. */
export interface VariablesType {
  readonly name: string
  readonly from: string
}

/** The text of a file of tasks or handlers. */
export function taskFile(
  { tree, header }: Document,
  wrapper: 'tasks' | 'handlers',
  type: VariablesType | undefined,
): string {
  const names = [...(hasCast(tree, 'Task') ? ['type Task'] : []), wrapper]
  const imports = [
    `import { ${names.join(', ')} } from 'playscript'\n`,
    type === undefined ? '' : `import type { ${type.name} } from '${type.from}'\n`,
  ]
  const call = `export default ${wrapper}${type === undefined ? '' : `<${type.name}>`}(`
  return `${imports.join('')}\n${printComments(header)}${call}${printCalled(tree, call)})\n`
}

/** The text of a playbook. */
export function playbookFile({ tree, header }: Document): string {
  const types = ['Play', 'Task'].filter((type) => hasCast(tree, type)).map((type) => `type ${type}`)
  const names = [...types, 'playbook'].join(', ')
  const call = 'export default playbook(import.meta, '
  return `import { ${names} } from 'playscript'\n\n${printComments(header)}${call}${printCalled(tree, call)})\n`
}

/** The text of a file that holds variables and nothing else. */
export function variablesFile({ tree, header }: Document): string {
  const start = 'export default '
  return `${printComments(header)}${start}${printTree(tree, { column: start.length })}\n`
}

/** The text of a role's defaults, and of the type of its variables where there is something to say in it. */
export function defaultsFile({ tree, header }: Document, constant: string, type: TypeParts): string {
  const call = `const ${constant} = defaults(`
  const values = printTree(tree, { column: call.length, tail: 1 })
  const imports = `import { defaults } from 'playscript'\n${type.vars === undefined ? '' : importOf(type.vars)}`
  const body = `${printComments(header)}${call}${values})\n\nexport default ${constant}\n`
  return `${imports}\n${body}\n${typeText({ ...type, defaults: constant })}`
}

/** What a type of variables is made of. */
export interface TypeParts {
  readonly name: string
  /** The constant that holds the defaults. */
  readonly defaults?: string
  /** Where the role's `vars/main.ts` is, for an import; and whether it has names that the defaults have too. */
  readonly vars?: string | undefined
  readonly overlap?: boolean
  /** Members with their types. */
  readonly members: readonly Member[]
}

export interface Member {
  readonly name: string
  readonly type: string
  readonly optional?: boolean
}

/** The text of a file that holds nothing but the type of a role's variables. */
export function typeFile(type: TypeParts): string {
  const imports = type.vars === undefined ? '' : `${importOf(type.vars)}\n`
  return `${imports}${typeText(type)}`
}

function importOf(vars: string): string {
  return `import type vars from '${vars}'\n`
}

function typeText({ name, defaults, vars, overlap, members }: TypeParts): string {
  const ofDefaults = overlap ? `Omit<typeof ${defaults}, keyof typeof vars>` : `typeof ${defaults}`
  const named = [
    ...(defaults === undefined ? [] : [ofDefaults]),
    ...(vars === undefined ? [] : ['typeof vars']),
  ]
  const asked = members.length > 0 ? ', and what it must be given' : ''
  const comment = `/** The role's variables: its defaults${asked}. */`
  // As the formatter has it: a third part goes below the first.
  const [joint, indent] = named.length > 1 && members.length > 0 ? [' &\n  ', '  '] : [' & ', '']
  const object = `{\n${members.map((member) => memberText(member, indent)).join('')}${indent}}`
  const [first, ...rest] = [...named, ...(members.length === 0 ? [] : [object])]
  const type = first === undefined ? 'Readonly<Record<never, never>>' : first
  return `${comment}\nexport type ${name} = ${[type, rest.join(' & ')].filter((part) => part !== '').join(joint)}\n`
}

function memberText({ name, type, optional }: Member, indent: string): string {
  return `  ${indent}readonly ${keyText(name)}${optional ? '?' : ''}: ${type}\n`
}

function printCalled(tree: Tree, call: string): string {
  return printTree(tree, { column: call.length, tail: 1 })
}

function hasCast(tree: Tree, type: string): boolean {
  if (tree.kind === 'scalar') return false
  if (tree.kind === 'cast') return tree.type === type || hasCast(tree.value, type)
  const items = tree.kind === 'list' ? tree.items : tree.entries
  return items.some(({ value }) => hasCast(value, type))
}
