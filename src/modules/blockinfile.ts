import { MissingError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'
import { editBlock } from './shared/edit-block.ts'
import { EDIT_ARGS, editedProbe, fileToEdit, readEdited } from './shared/edited-file.ts'
import { planEdit } from './shared/plan-edit.ts'
import { readWritten } from './shared/plan-file.ts'

const ARGS = {
  ...EDIT_ARGS,
  state: {
    type: 'str',
    choices: ['absent', 'present'],
    default: 'present',
    doc: 'Whether the block is there',
  },
  block: {
    type: 'str',
    default: '',
    aliases: ['content'],
    doc: 'The text between the markers; without one the block is removed',
  },
  marker: {
    type: 'str',
    default: '# {mark} ANSIBLE MANAGED BLOCK',
    doc: 'The lines around the block; {mark} becomes marker_begin and marker_end',
  },
  marker_begin: { type: 'str', default: 'BEGIN', doc: 'What {mark} becomes in the first line' },
  marker_end: { type: 'str', default: 'END', doc: 'What {mark} becomes in the last line' },
  insertafter: { type: 'str', doc: 'Where to put a new block: EOF or behind the last line that matches' },
  insertbefore: { type: 'str', doc: 'Where to put a new block: BOF or before the last line that matches' },
  create: { type: 'bool', default: false, doc: 'Make the file when it is missing' },
  append_newline: { type: 'bool', default: false, doc: 'Leave an empty line behind the block' },
  prepend_newline: { type: 'bool', default: false, doc: 'Leave an empty line before the block' },
} as const

/**
 * Keep a block of lines, between two marker lines, in a text file.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/blockinfile_module.html
 *
 * @example
 * { blockinfile: { path: '/etc/hosts', block: '10.0.0.1 db\n10.0.0.2 cache', marker: '# {mark} of the cluster' } }
 */
export const blockinfile = defineModule({
  name: 'blockinfile',
  doc: 'Keep a block of lines in a text file',
  args: ARGS,
  rules: { mutually_exclusive: [['insertbefore', 'insertafter']] },
  probe: editedProbe,
  parse: readEdited,
  plan(args, view, { diff, target }) {
    const { path, found } = fileToEdit(view, args.path, target)
    if (found === undefined && !args.create) {
      throw new MissingError(`Path ${args.path} does not exist !`, { result: { rc: 257 } })
    }
    if (found === undefined && args.state === 'absent')
      return nothing({ msg: `File ${args.path} not present` })
    const edited = editBlock(found === undefined ? undefined : view.before, args)
    return planEdit(args, edited, { path, view, found, diff })
  },
  finish: (outputs) => readWritten(outputs),
})
