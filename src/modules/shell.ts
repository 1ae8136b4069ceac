import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'
import { lines, type Script, safePath, sh } from '../core/quote.ts'
import { readFreeForm } from './commands/free-form.ts'
import { type GuardState, parseGuards, probeGuards, reasonToSkip } from './commands/guards.ts'
import { commandFields, notRun, predicted, unguarded } from './commands/outcome.ts'
import { COMMAND_PARAMETERS, inlineBoolean, NO_COMMAND } from './commands/parameters.ts'

const ARGS = {
  ...COMMAND_PARAMETERS,
  executable: { type: 'path', doc: 'The shell that runs it; default /bin/sh' },
  strip_empty_ends: { type: 'bool', default: true, doc: 'Take line breaks off the end of the output' },
} as const satisfies ArgumentSpecs

/**
 * Run a command line through the target's shell: pipes, redirections and variables work. Check mode skips it, as
 * Ansible's does; with `creates` or `removes` it says whether there would be a change, and with
 * `changed_when: true` that there would be one.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/shell_module.html
 *
 * @example
 * { shell: 'journalctl -u nginx | tail -n 5 >/tmp/log' }
 */
export const shell = defineModule({
  name: 'shell',
  doc: 'Run a command line through the target’s shell',
  args: ARGS,
  free_form: '_raw_params',
  rules: {
    mutually_exclusive: [['_raw_params', 'cmd']],
    required_one_of: [['_raw_params', 'cmd']],
    words: NO_COMMAND,
  },
  not_in_check(args) {
    const wanted = readShell(args)
    return unguarded(wanted, wanted.cmd)
  },
  probe: (args) => probeGuards(readShell(args)),
  parse: ({ text }) => parseGuards(text),
  plan(args, state: GuardState | undefined) {
    const wanted = readShell(args)
    const reason = reasonToSkip(wanted, state)
    if (reason !== undefined) return nothing(notRun(wanted.cmd, reason))
    const label = wanted.cmd.trimEnd()
    return {
      changes: [{ what: 'command', before: undefined, after: label }],
      steps: [{ kind: 'script', script: shellScript(wanted), label, as: 'shell', ok: 'any' }],
      result: predicted(wanted.cmd),
    }
  },
  finish({ shell: output }, args) {
    return output === undefined ? {} : commandFields(output, readShell(args).strip)
  },
})

interface ShellCommand {
  readonly cmd: string
  readonly chdir: string | undefined
  readonly creates: string | undefined
  readonly removes: string | undefined
  readonly stdin: string | undefined
  readonly executable: string
  readonly strip: boolean
}

function readShell(args: Args<typeof ARGS>): ShellCommand {
  const { command, parameters } = readFreeForm(args._raw_params ?? '')
  const cmd = args.cmd ?? command
  if (cmd.trim() === '') throw new ArgumentError(NO_COMMAND.none_given, { result: { rc: NO_COMMAND.rc } })
  const stdin = parameters.stdin ?? args.stdin
  const newline = inlineBoolean(parameters.stdin_add_newline) ?? args.stdin_add_newline
  return {
    cmd,
    chdir: parameters.chdir ?? args.chdir,
    creates: parameters.creates ?? args.creates,
    removes: parameters.removes ?? args.removes,
    stdin: stdin === undefined ? undefined : stdin + (newline ? '\n' : ''),
    executable: parameters.executable ?? args.executable ?? '/bin/sh',
    strip: inlineBoolean(parameters.strip_empty_ends) ?? args.strip_empty_ends,
  }
}

// A shell of its own, so that `exit`, `exec` and `$$` mean what their author expects.
function shellScript({ cmd, chdir, stdin, executable }: ShellCommand): Script {
  const exec = sh`exec ${executable} -c ${cmd}`
  return lines(
    chdir === undefined ? undefined : sh`cd -P ${safePath(chdir)} || exit 1`,
    stdin === undefined ? exec : sh`printf %s ${stdin} | ${exec}`,
  )
}
