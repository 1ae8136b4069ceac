import { parseArgs } from 'node:util'
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import { VAULT_FLAGS } from './vault/flags.ts'

/** One flag of the command line: parsing and `--help` both come from it. */
interface Flag {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** May be given several times. */
  readonly multiple?: true
  /** What stands for the value in `--help`. */
  readonly value?: string
  readonly help: string
}

/** The flag that every command has. */
export const HELP = {
  help: { type: 'boolean', short: 'h', help: 'show this help' },
} as const satisfies Readonly<Record<string, Flag>>

/** The flags of a playbook, named as `ansible-playbook` names them. */
export const FLAGS = {
  inventory: {
    type: 'string',
    short: 'i',
    multiple: true,
    value: 'SOURCE',
    help: 'inventory file, folder or list (host,); repeatable',
  },
  limit: { type: 'string', short: 'l', value: 'PATTERN', help: 'run only on the hosts that match, too' },
  shard: {
    type: 'string',
    value: 'I/N',
    help: 'run only on share I of N of the hosts, which their names decide',
  },
  tags: { type: 'string', short: 't', multiple: true, value: 'TAGS', help: 'run only tasks with these tags' },
  'skip-tags': { type: 'string', multiple: true, value: 'TAGS', help: 'leave out tasks with these tags' },
  'extra-vars': {
    type: 'string',
    short: 'e',
    multiple: true,
    value: 'VARS',
    help: 'variables: key=value, JSON, YAML or @file',
  },
  check: { type: 'boolean', short: 'C', help: 'change nothing; say what would change' },
  diff: { type: 'boolean', short: 'D', help: 'show the differences that are (or would be) made' },
  role: { type: 'string', value: 'NAME', help: 'run one role alone: of a play, or any role on --hosts' },
  hosts: { type: 'string', value: 'PATTERN', help: 'with --role: the hosts of a role that no play has' },
  'list-tasks': { type: 'boolean', help: 'list the tasks that would run' },
  'list-tags': { type: 'boolean', help: 'list the tags' },
  'list-hosts': { type: 'boolean', help: 'list the hosts of each play' },
  'start-at-task': { type: 'string', value: 'NAME', help: 'leave out the tasks before this one' },
  step: { type: 'boolean', help: 'ask before each task' },
  strict: { type: 'boolean', help: 'refuse YAML tasks that can only fail, even if they may never run' },
  'syntax-check': { type: 'boolean', help: 'check the playbook without connecting to any host' },
  forks: { type: 'string', short: 'f', value: 'N', help: 'hosts to work on at the same time (default 20)' },
  become: { type: 'boolean', short: 'b', help: 'become another user (root unless told otherwise)' },
  'become-user': { type: 'string', value: 'USER', help: 'the user to become' },
  'become-method': { type: 'string', value: 'METHOD', help: 'how: sudo, su or doas' },
  'ask-become-pass': { type: 'boolean', short: 'K', help: 'ask for the password that become needs' },
  'ask-pass': { type: 'boolean', short: 'k', help: 'ask for the password to log in with' },
  user: { type: 'string', short: 'u', value: 'USER', help: 'log in as this user' },
  'private-key': { type: 'string', value: 'FILE', help: 'log in with this key' },
  connection: { type: 'string', short: 'c', value: 'KIND', help: 'ssh, openssh or local' },
  timeout: {
    type: 'string',
    short: 'T',
    value: 'SECONDS',
    help: 'how long to wait for a connection (default 10)',
  },
  ...VAULT_FLAGS,
  'no-batch': {
    type: 'boolean',
    help: 'ask for one task at a time: tasks that only ask share no round trip',
  },
  report: {
    type: 'string',
    multiple: true,
    value: 'FORMAT[:FILE]',
    help: 'human, yaml, minimal, json, ndjson, junit or html; in FILE beside the usual output; repeatable',
  },
  'flush-cache': { type: 'boolean', help: 'forget the cached facts of the inventory’s hosts first' },
  'force-handlers': { type: 'boolean', help: 'run notified handlers even on hosts where a task failed' },
  verbose: { type: 'boolean', short: 'v', multiple: true, help: 'show more; -vv and -vvv still more' },
  version: { type: 'boolean', help: 'show the version' },
  ...HELP,
} as const satisfies Readonly<Record<string, Flag>>

type ValueOf<F extends Flag> = F['type'] extends 'boolean' ? boolean : string

type Values<T extends Readonly<Record<string, Flag>>> = {
  readonly [K in keyof T]?: T[K] extends { multiple: true } ? ValueOf<T[K]>[] : ValueOf<T[K]>
}

/** The flags as given: undefined where one was not. */
export type Options = Values<typeof FLAGS>

/**
 * Reads a command line, strictly.
 * @throws {UsageError} for an unknown flag, with the nearest that there is, and for a missing or needless value
 */
export function parseOptions(argv: readonly string[]): {
  readonly options: Options
  readonly words: readonly string[]
} {
  return parseFlags(argv, FLAGS)
}

/**
 * Reads a command line by any table of flags.
 * @param own flags that are the caller's own business: `rest` is the command line without them and without words
 */
export function parseFlags<const T extends Readonly<Record<string, Flag>>>(
  argv: readonly string[],
  flags: T,
  own: readonly string[] = [],
): { readonly options: Values<T>; readonly words: readonly string[]; readonly rest: readonly string[] } {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...argv],
      options: flags,
      allowPositionals: true,
      strict: true,
      tokens: true,
    })
    const passed = tokens.filter((token) => token.kind === 'option' && !own.includes(token.name))
    const rest = passed.flatMap((token) =>
      token.kind !== 'option'
        ? []
        : token.value === undefined
          ? [`--${token.name}`]
          : [`--${token.name}=${token.value}`],
    )
    return { options: values as Values<T>, words: positionals, rest }
  } catch (error) {
    throw usageError(error, Object.keys(flags))
  }
}

function usageError(error: unknown, known: readonly string[]): unknown {
  const code = (error as { code?: string }).code
  if (typeof code !== 'string' || !code.startsWith('ERR_PARSE_ARGS')) return error
  const message = (error as Error).message
  const flag = /Unknown option '(-+[^']+)'/.exec(message)?.[1]
  if (flag === undefined) return new UsageError((message.split('\n')[0] ?? message).replace(/\. .*$/, ''))
  const meant = didYouMean(
    flag.replace(/=.*$/, ''),
    known.map((name) => `--${name}`),
  )
  return new UsageError(`unknown option ${flag}${meant}`)
}

/** The text of `--help`. */
export function usage(command: string, flags: Readonly<Record<string, Flag>> = FLAGS): string {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? '    ' : `-${flag.short}, `
    return [`  ${short}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`, flag.help] as const
  })
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return [
    `Usage: ${command} [options]`,
    '',
    ...rows.map(([left, help]) => left.padEnd(width) + help),
    '',
  ].join('\n')
}
