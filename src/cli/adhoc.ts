import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { Io } from './io.ts'
import { FLAGS, parseFlags, usage } from './options.ts'
import { runPlaybook } from './run-playbook.ts'

const OWN = {
  'module-name': { type: 'string', short: 'm', value: 'MODULE', help: 'the module to run (default command)' },
  args: { type: 'string', short: 'a', value: 'ARGS', help: 'its parameters: name=value …, or a free form' },
} as const

/**
 * `playscript adhoc PATTERN -m MODULE -a ARGS`, which is `ansible`: one module on the hosts of a pattern.
 * @returns the exit code  @throws {UsageError} as a playbook's command line
 */
export async function adhocCommand(argv: readonly string[], io: Io): Promise<number> {
  const flags = { ...OWN, ...FLAGS }
  const { options, words, rest } = parseFlags(argv, flags, Object.keys(OWN))
  if (options.help) {
    io.out(usage('playscript adhoc PATTERN -m MODULE -a ARGS', flags))
    return 0
  }
  const [pattern, surplus] = words
  if (pattern === undefined || surplus !== undefined) {
    throw new UsageError('adhoc needs one pattern of hosts: playscript adhoc PATTERN -m MODULE -a ARGS')
  }
  const module = options['module-name'] ?? 'command'
  const play = {
    name: 'Ad hoc',
    hosts: pattern,
    gather_facts: false,
    tasks: [{ action: `${module} ${options.args ?? ''}` }],
  }
  const file = join(io.cwd, 'adhoc')
  const source = { file, dir: io.cwd, value: [play], locate: () => ({ file }) }
  return runPlaybook(source, rest, io, { results: true })
}
