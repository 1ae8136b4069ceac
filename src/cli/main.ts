import { resolve } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import type { Source } from '../playbook/source.ts'
import type { Io } from './io.ts'

type Command = (argv: readonly string[], io: Io) => Promise<number>

const COMMANDS: Readonly<Record<string, { readonly help: string; readonly load: () => Promise<Command> }>> = {
  run: { help: 'run FILE…: run playbooks, TypeScript or YAML', load: async () => runFiles },
  adhoc: {
    help: 'adhoc PATTERN -m MODULE -a ARGS: run one module on hosts',
    load: async () => (await import('./adhoc.ts')).adhocCommand,
  },
  inventory: {
    help: 'inventory --list | --graph | --host NAME | generate: show an inventory, or write it from a stack’s outputs',
    load: async () => (await import('./inventory.ts')).inventoryCommand,
  },
  doc: {
    help: 'doc [MODULE …]: what modules do and which parameters they take',
    load: async () => (await import('./doc.ts')).docCommand,
  },
  report: {
    help: 'report merge FILE…: join the JSON reports of shards',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  vault: {
    help: 'vault encrypt | decrypt | view | edit | create | rekey | encrypt_string: files and values that are encrypted',
    load: async () => (await import('./vault.ts')).vaultCommand,
  },
  convert: {
    help: 'convert ROLE | PLAYBOOK: turn YAML into TypeScript that does the same',
    load: async () => (await import('./convert.ts')).convertCommand,
  },
  lint: {
    help: 'lint PLAYBOOK | ROLE …: what is wrong or unwise in them, without any host',
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  init: {
    help: 'init role NAME: the files a role starts with',
    load: async () => (await import('./init.ts')).initCommand,
  },
}

/**
 * The `playscript` command.
 * @returns the exit code
 * @throws {UsageError} for a command that does not exist, with the nearest that does
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h') {
    io.out(
      `Usage: playscript COMMAND\n\n${Object.values(COMMANDS)
        .map(({ help }) => `  ${help}\n`)
        .join('')}`,
    )
    return 0
  }
  if (name === '--version') {
    io.out(`${(await import('../engine/magic-variables.ts')).version()}\n`)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined)
    throw new UsageError(`there is no command '${name}'${didYouMean(name, Object.keys(COMMANDS))}`)
  return (await command.load())(rest, io)
}

async function runFiles(argv: readonly string[], io: Io): Promise<number> {
  const { FLAGS, parseFlags, usage } = await import('./options.ts')
  const { options, words: files, rest } = parseFlags(argv, FLAGS)
  if (files.length === 0 && options.help) {
    io.out(usage('playscript run FILE…'))
    return 0
  }
  if (files.length === 0) throw new UsageError('run needs a playbook: playscript run FILE… [options]')
  const [{ findSource, readSource }, { runPlaybook }] = await Promise.all([
    import('../playbook/source.ts'),
    import('./run-playbook.ts'),
  ])
  const found = files.map((file) => {
    const source = findSource(resolve(io.cwd, file))
    if (source === undefined) throw new UsageError(`there is no playbook '${file}'`)
    return source
  })
  const [first, ...others] = await Promise.all(found.map((file) => readSource(file)))
  return await runPlaybook(first as Source, rest, io, { others })
}
