import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError } from '../core/errors.ts'
import { defineModule, nothing, type StepOutput } from '../core/module.ts'
import { lines, quote, quoteAll, Script, safePath, sh } from '../core/quote.ts'
import { shellWords } from '../core/shell-words.ts'
import { readFreeForm } from './commands/free-form.ts'
import { parseGuards, probeGuards, reasonToSkip } from './commands/guards.ts'
import { commandFields, notRun, predicted, unguarded } from './commands/outcome.ts'
import { COMMAND_PARAMETERS, inlineBoolean, NO_COMMAND } from './commands/parameters.ts'

const ARGS = {
  ...COMMAND_PARAMETERS,
  argv: { type: 'list', elements: 'str', doc: 'The command as a list of words' },
  executable: { type: 'str', doc: 'Not used, which a warning says: there is no shell here' },
  strip_empty_ends: { type: 'bool', default: true, doc: 'Take line breaks off the end of the output' },
  expand_argument_vars: {
    type: 'bool',
    default: true,
    doc: 'Replace $NAME and ${NAME} by variables of the environment, and a leading ~ by the home folder',
  },
} as const satisfies ArgumentSpecs

/**
 * Run a command without a shell: its words are passed on as they are. Check mode skips it, as Ansible's does; with
 * `creates` or `removes` it says whether there would be a change, and with `changed_when: true` that there would be one.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/command_module.html
 *
 * @example
 * { command: 'certbot renew --quiet', args: { creates: '/etc/letsencrypt/live' } }
 */
export const command = defineModule({
  name: 'command',
  doc: 'Run a command without a shell',
  args: ARGS,
  free_form: '_raw_params',
  rules: {
    mutually_exclusive: [['_raw_params', 'cmd', 'argv']],
    required_one_of: [['_raw_params', 'cmd', 'argv']],
    words: { ...NO_COMMAND, several_given: 'only command or argv can be given, not both' },
  },
  not_in_check(args) {
    const wanted = readCommand(args)
    const skipped = unguarded(wanted, wanted.argv)
    return skipped && { ...skipped, ...warningsFor(wanted) }
  },
  probe: (args) => probeGuards(readCommand(args)),
  parse: ({ text }) => parseGuards(text),
  plan(args, state: ReturnType<typeof parseGuards> | undefined) {
    const wanted = readCommand(args)
    const reason = reasonToSkip(wanted, state)
    const warnings = warningsFor(wanted)
    if (reason !== undefined) return nothing({ ...notRun(wanted.argv, reason), ...warnings })
    const line = quoteAll(wanted.argv)
    return {
      changes: [{ what: 'command', before: undefined, after: line }],
      steps: [{ kind: 'script', script: commandScript(wanted), label: line, as: 'command', ok: 'any' }],
      result: { ...predicted(wanted.argv), ...warnings },
    }
  },
  finish({ command: output }, args) {
    if (output === undefined) return {}
    const { argv, strip } = readCommand(args)
    return notStarted(output, argv) ?? commandFields(output, strip)
  },
})

interface Command {
  readonly argv: readonly string[]
  readonly chdir: string | undefined
  readonly creates: string | undefined
  readonly removes: string | undefined
  readonly stdin: string | undefined
  readonly executable: string | undefined
  readonly strip: boolean
  readonly expand: boolean
}

function warningsFor({ executable }: Command): { readonly warnings?: readonly string[] } {
  if (executable === undefined) return {}
  return {
    warnings: [`executable is no longer supported by command, so ${executable} is not used; shell has it`],
  }
}

function readCommand(args: Args<typeof ARGS>): Command {
  const { command: text, parameters } = readFreeForm(args._raw_params ?? '')
  const argv = args.argv ?? shellWords(args.cmd ?? text)
  if (argv.length === 0) throw new ArgumentError(NO_COMMAND.none_given, { result: { rc: NO_COMMAND.rc } })
  const stdin = parameters.stdin ?? args.stdin
  const newline = inlineBoolean(parameters.stdin_add_newline) ?? args.stdin_add_newline
  return {
    argv,
    chdir: parameters.chdir ?? args.chdir,
    creates: parameters.creates ?? args.creates,
    removes: parameters.removes ?? args.removes,
    stdin: stdin === undefined ? undefined : stdin + (newline ? '\n' : ''),
    executable: parameters.executable ?? args.executable,
    strip: inlineBoolean(parameters.strip_empty_ends) ?? args.strip_empty_ends,
    expand: args.expand_argument_vars,
  }
}

// `exec` finds programs only: never the shell's own `echo` or `test`, which differ from one shell to the next.
function commandScript({ argv, chdir, stdin, expand }: Command): Script {
  const words = new Script(argv.map((word) => (expand ? expandingWord(word) : quote(word))).join(' '))
  const exec = sh`exec ${words}`
  return lines(
    chdir === undefined ? undefined : sh`cd -P ${safePath(chdir)} || exit 1`,
    stdin === undefined ? exec : sh`printf %s ${stdin} | ${exec}`,
  )
}

/** A word whose variables the shell fills in, unset ones staying as they are; nothing else in it means anything. */
export function expandingWord(word: string): string {
  const home = /^~(?=\/|$)/.test(word) ? '"${HOME-}"' : ''
  const parts = (home === '' ? word : word.slice(1)).split(/(\$\w+|\$\{\w+\})/)
  const shown = parts.map((part, index) => {
    if (index % 2 === 0) return part && quote(part)
    const name = part.replace(/^\$\{?/, '').replace(/\}$/, '')
    if (!/^[A-Za-z_]/.test(name)) return quote(part)
    return `"\${${name}-\\${part.replace('}', '\\}')}}"`
  })
  return home + shown.join('') || "''"
}

// What the shell says when it cannot start a program, told as Ansible tells it: with the system's error number.
function notStarted({ code, stdout, stderr }: StepOutput, argv: readonly string[]) {
  const [program = ''] = argv
  if ((code !== 127 && code !== 126) || stdout !== '') return undefined
  const said = new RegExp(
    `${escapePattern(program)}: (cannot execute: )?(not found|No such file or directory|Permission denied)`,
  ).exec(stderr)
  if (said === null) return undefined
  const [rc, reason] = said[0].endsWith('denied')
    ? [13, 'Permission denied']
    : [2, 'No such file or directory']
  return {
    rc,
    msg: `[Errno ${rc}] ${reason}: '${program}'`,
    stdout: '',
    stderr: '',
    stdout_lines: [],
    stderr_lines: [],
    changed: false,
    failed: true,
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
