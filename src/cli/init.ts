import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { EXIT, UsageError } from '../core/errors.ts'
import type { Io } from './io.ts'

const USAGE = `Usage: playscript init role NAME [--yaml]

Makes the folder roles/NAME with the files a role starts with, in TypeScript, or with --yaml in YAML. NAME may be a path.
`

/**
 * `playscript init role NAME`: the files that a role starts with. It writes over nothing.
 * @throws {UsageError} when the folder is there already, or the name is none for a role
 */
export async function initCommand(argv: readonly string[], io: Io): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    io.out(USAGE)
    return EXIT.ok
  }
  const yaml = argv.includes('--yaml')
  const [kind, given, surplus] = argv.filter((word) => word !== '--yaml')
  if (kind !== 'role' || given === undefined || surplus !== undefined || given.startsWith('-'))
    throw new UsageError('say what to make: init role NAME', { hint: USAGE })
  const name = given.replace(/\/+$/, '').replace(/^.*\//, '')
  if (!/^[A-Za-z][\w.-]*$/.test(name)) throw new UsageError(`'${name}' cannot be the name of a role`)
  const folder = given.includes('/') ? resolve(io.cwd, given) : join(io.cwd, 'roles', given)
  if (existsSync(folder)) throw new UsageError(`${relative(io.cwd, folder)} exists already`)
  for (const [path, content] of Object.entries(yaml ? yamlFiles(name) : codeFiles(name))) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    io.out(`written: ${relative(io.cwd, file)}\n`)
  }
  return EXIT.ok
}

type Files = Readonly<Record<string, string>>

// Variables of a role begin with its name, so that roles do not take one another's.
const variableOf = (name: string) => `${name.toLowerCase().replace(/\W/g, '_')}_greeting`

// Written apart, so that nothing here looks like an import of this file's own.
const quoted = (path: string) => `'${path}'`

function codeFiles(name: string): Files {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const type = `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Vars`
  const variable = variableOf(name)
  return {
    'defaults/main.ts': `import { defaults } from 'playscript'

// What the role does unless a play or an inventory says otherwise.
const values = defaults({
  ${variable}: 'hello',
})

export default values

/** The role's variables: its defaults, and what it must be given. */
export type ${type} = typeof values
`,
    'tasks/main.ts': `import { tasks } from 'playscript'
import type { ${type} } from ${quoted('../defaults/main.ts')}

export default tasks<${type}>([
  {
    name: 'Write the greeting',
    template: { src: 'greeting.njk', dest: '/etc/${name}.conf', mode: '0644' },
    notify: 'Tell of the greeting',
  },
])
`,
    'handlers/main.ts': `import { handlers } from 'playscript'

export default handlers([{ name: 'Tell of the greeting', debug: { msg: 'The greeting has changed' } }])
`,
    'templates/greeting.njk': `{{ ${variable} }}\n`,
  }
}

function yamlFiles(name: string): Files {
  const variable = variableOf(name)
  return {
    'defaults/main.yml': `---\n# What the role does unless a play or an inventory says otherwise.\n${variable}: hello\n`,
    'tasks/main.yml': `---
- name: Write the greeting
  template:
    src: greeting.j2
    dest: /etc/${name}.conf
    mode: "0644"
  notify: Tell of the greeting
`,
    'handlers/main.yml': `---\n- name: Tell of the greeting\n  debug:\n    msg: The greeting has changed\n`,
    'templates/greeting.j2': `{{ ${variable} }}\n`,
  }
}
