import { ArgumentError } from '../core/errors.ts'
import { defineModule } from '../core/module.ts'
import { sh } from '../core/quote.ts'
import { readFreeForm } from './commands/free-form.ts'
import { commandFields, outputFields } from './commands/outcome.ts'

/**
 * Run a command line as it is, without guards; its output is not trimmed. Check mode skips it, as Ansible's does.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/raw_module.html
 *
 * @example
 * { raw: 'uptime' }
 */
export const raw = defineModule({
  name: 'raw',
  doc: 'Run a command line as it is',
  args: {
    _raw_params: {
      type: 'str',
      aliases: ['cmd'],
      required: true,
      doc: 'The command line, as a string in place of the parameters',
    },
    executable: { type: 'path', doc: 'The shell that runs it; default /bin/sh' },
  },
  free_form: '_raw_params',
  not_in_check: () => ({ msg: 'check mode is not supported by raw', rc: 0, ...outputFields('', '') }),
  plan(args) {
    const { command: text, parameters } = readFreeForm(args._raw_params, ['executable'])
    const command = text.trim()
    if (command === '') throw new ArgumentError('no command given')
    const executable = parameters.executable ?? args.executable ?? '/bin/sh'
    return {
      changes: [{ what: 'command', before: undefined, after: command }],
      steps: [
        {
          kind: 'script',
          script: sh`exec ${executable} -c ${command}`,
          label: command,
          as: 'raw',
          ok: 'any',
        },
      ],
      result: { rc: 0, ...outputFields('', '') },
    }
  },
  finish({ raw: output }) {
    if (output === undefined) return {}
    const { stdout, stderr, stdout_lines, stderr_lines, rc, msg, failed } = commandFields(output, false)
    return { stdout, stderr, stdout_lines, stderr_lines, rc, msg, failed: failed === true }
  },
})
