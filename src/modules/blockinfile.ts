import type { Args } from '../core/arguments.ts'
import { MissingError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'
import { ATTRIBUTE_ARGS } from './shared/attributes.ts'
import { type DestRequest, destProbe, readDest } from './shared/dest.ts'
import { editBlock } from './shared/edit-block.ts'
import { throughLink } from './shared/follow.ts'
import { planEdit } from './shared/plan-edit.ts'
import { readWritten } from './shared/plan-file.ts'

const ARGS = {
  path: { type: 'path', required: true, aliases: ['dest', 'destfile', 'name'], doc: 'The file to change' },
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
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
  validate: { type: 'str', doc: 'A command that judges the new file (%s) before it takes its place' },
  append_newline: { type: 'bool', default: false, doc: 'Leave an empty line behind the block' },
  prepend_newline: { type: 'bool', default: false, doc: 'Leave an empty line before the block' },
  ...ATTRIBUTE_ARGS,
} as const
type BlockArgs = Args<typeof ARGS>

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
  probe: (args, { target }) => destProbe(request(args, target.userland)),
  parse: ({ bytes }, args, { target }) => readDest(bytes, request(args, target.userland)),
  plan(args, view, { diff, target }) {
    const { path, found } = throughLink(view, args.path, target)
    if (found?.type === 'directory') {
      return { ...nothing({ rc: 256 }), failed: `Path ${args.path} is a directory !` }
    }
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

function request(args: BlockArgs, userland: string): DestRequest {
  return { dest: args.path, owner: args.owner, group: args.group, content: 'all', userland, name: undefined }
}
