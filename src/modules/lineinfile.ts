import type { Args } from '../core/arguments.ts'
import { ArgumentError, MissingError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'
import { putLine, removeLines } from './shared/edit-line.ts'
import { EDIT_ARGS, editedProbe, fileToEdit, readEdited } from './shared/edited-file.ts'
import { planEdit } from './shared/plan-edit.ts'
import { readWritten } from './shared/plan-file.ts'

const ARGS = {
  ...EDIT_ARGS,
  state: {
    type: 'str',
    choices: ['absent', 'present'],
    default: 'present',
    doc: 'Whether the line is there',
  },
  regexp: {
    type: 'str',
    aliases: ['regex'],
    doc: 'The line to replace or remove, as a Python regular expression',
  },
  search_string: { type: 'str', doc: 'The line to replace or remove, by a text inside it' },
  line: { type: 'str', aliases: ['value'], doc: 'The line itself' },
  backrefs: {
    type: 'bool',
    default: false,
    doc: 'The line refers to groups of regexp; without a match nothing is done',
  },
  insertafter: { type: 'str', doc: 'Where to put a new line: EOF, BOF or behind a line that matches' },
  insertbefore: { type: 'str', doc: 'Where to put a new line: BOF or before a line that matches' },
  firstmatch: { type: 'bool', default: false, doc: 'The first match counts instead of the last' },
  create: { type: 'bool', default: false, doc: 'Make the file when it is missing' },
} as const
type LineArgs = Args<typeof ARGS>

/**
 * Keep one line in a text file. Line ends and bytes that are no UTF-8 stay as they are.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/lineinfile_module.html
 *
 * @example
 * { lineinfile: { path: '/etc/ssh/sshd_config', regexp: '^#?PermitRootLogin', line: 'PermitRootLogin no' } }
 */
export const lineinfile = defineModule({
  name: 'lineinfile',
  doc: 'Keep one line in a text file',
  args: ARGS,
  rules: {
    mutually_exclusive: [
      ['insertbefore', 'insertafter'],
      ['regexp', 'search_string'],
    ],
  },
  probe: editedProbe,
  parse: readEdited,
  plan(args, view, { diff, target }) {
    checkArguments(args)
    const { path, found } = fileToEdit(view, args.path, target)
    if (found === undefined) {
      if (args.state === 'absent') return nothing({ msg: 'file not present' })
      if (!args.create)
        throw new MissingError(`Destination ${args.path} does not exist !`, { result: { rc: 257 } })
    }
    const edited = args.state === 'absent' ? removeLines(view.before, args) : putLine(view.before, args)
    const plan = planEdit(args, edited, { path, view, found, diff })
    const counted = edited.found === undefined ? {} : { found: edited.found }
    return { ...plan, result: { ...plan.result, backup: '', ...counted, ...warningsFor(args) } }
  },
  finish(outputs) {
    const { backup_file = '', mode, owner, group, uid, gid, size, state } = readWritten(outputs)
    return { backup: backup_file, ...(mode !== undefined && { mode, owner, group, uid, gid, size, state }) }
  },
})

/** Ansible's words for an expression that matches everything, which nobody means. */
function warningsFor({ regexp, search_string }: LineArgs): { readonly warnings?: readonly string[] } {
  if (regexp !== '' && search_string !== '') return {}
  const [what, instead] =
    regexp === ''
      ? [
          'regular expression',
          " If this is desired, use '^' to match every line in the file and avoid this warning.",
        ]
      : ['search string', '']
  return {
    warnings: [
      `The ${what} is an empty string, which will match every line in the file. This may have unintended consequences, such as replacing the last line in the file rather than appending.${instead}`,
    ],
  }
}

function checkArguments(args: LineArgs): void {
  if (args.state === 'present') {
    if (args.line === undefined) throw new ArgumentError('line is required with state=present')
    if (args.backrefs && args.regexp === undefined)
      throw new ArgumentError('regexp is required with backrefs=true')
    return
  }
  if (args.line === undefined && args.regexp === undefined && args.search_string === undefined) {
    throw new ArgumentError('one of line, search_string, or regexp is required with state=absent')
  }
}
