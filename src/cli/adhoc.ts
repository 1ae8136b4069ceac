import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { byName } from '../core/values/dictionary.ts'
import { readJson } from '../core/values/read-json.ts'
import { secondsOf } from './flag-values.ts'
import type { Io } from './io.ts'
import { FLAGS, parseFlags, usage } from './options.ts'
import { runPlaybook } from './run-playbook.ts'

const OWN = {
  'module-name': { type: 'string', short: 'm', value: 'MODULE', help: 'the module to run (default command)' },
  args: {
    type: 'string',
    short: 'a',
    value: 'ARGS',
    help: 'its parameters: name=value …, JSON, or a free form',
  },
  'task-timeout': { type: 'string', value: 'SECONDS', help: 'how long the module may take' },
  background: {
    type: 'string',
    short: 'B',
    value: 'SECONDS',
    help: 'run in the background, at most so long',
  },
  poll: { type: 'string', short: 'P', value: 'SECONDS', help: 'with -B: how often to look; 0: not at all' },
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
  if (options.version) {
    io.out(`${(await import('../engine/magic-variables.ts')).version()}\n`)
    return 0
  }
  const [pattern, surplus] = words
  if (pattern === undefined || surplus !== undefined) {
    throw new UsageError('adhoc needs one pattern of hosts: playscript adhoc PATTERN -m MODULE -a ARGS')
  }
  const play = {
    name: 'Ad hoc',
    // A pattern of separators only names all hosts.
    hosts: /^[\s,:]+$/.test(pattern) ? 'all' : pattern,
    gather_facts: false,
    tasks: [taskOf(options)],
  }
  const file = join(io.cwd, 'adhoc')
  const source = { file, dir: io.cwd, value: [play], locate: () => ({ file }) }
  return runPlaybook(source, rest, io, { results: true })
}

function taskOf(
  options: {
    readonly [name in keyof typeof OWN]?: string | undefined
  },
): Readonly<Record<string, unknown>> {
  const { 'module-name': module = 'command', args = '', 'task-timeout': timeout, background, poll } = options
  const given = jsonOf(args)
  return {
    action: given === undefined ? `${module} ${args}` : { module, ...given },
    ...(timeout === undefined ? {} : { timeout: secondsOf('--task-timeout', timeout) }),
    ...(background === undefined
      ? {}
      : { async: secondsOf('--background', background), poll: secondsOf('--poll', poll ?? '15') }),
  }
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return byName(readJson(text))
  } catch {
    // A free form may begin with a brace, too: that of a template, or of a shell.
    return undefined
  }
}
