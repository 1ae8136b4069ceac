import type { Args } from '../core/arguments.ts'
import { MissingError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'
import { ATTRIBUTE_ARGS } from './shared/attributes.ts'
import { type DestRequest, destProbe, readDest } from './shared/dest.ts'
import { throughLink } from './shared/follow.ts'
import { planEdit } from './shared/plan-edit.ts'
import { readWritten } from './shared/plan-file.ts'
import { replaceText } from './shared/replace-text.ts'

const ARGS = {
  path: { type: 'path', required: true, aliases: ['dest', 'destfile', 'name'], doc: 'The file to change' },
  regexp: {
    type: 'str',
    required: true,
    doc: 'What to replace, as a Python regular expression; ^ and $ stand for the ends of lines',
  },
  replace: { type: 'str', default: '', doc: 'What to put there; it may refer to groups of regexp' },
  after: { type: 'str', doc: 'Only what follows a match of this is changed' },
  before: { type: 'str', doc: 'Only what comes before a match of this is changed' },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
  validate: { type: 'str', doc: 'A command that judges the new file (%s) before it takes its place' },
  encoding: { type: 'str', default: 'utf-8', doc: 'The encoding of the file' },
  ...ATTRIBUTE_ARGS,
} as const
type ReplaceArgs = Args<typeof ARGS>

/**
 * Replace all matches of a regular expression in a file.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/replace_module.html
 *
 * @example
 * { replace: { path: '/etc/hosts', regexp: '^(\\S+) old$', replace: '\\1 new' } }
 */
export const replace = defineModule({
  name: 'replace',
  doc: 'Replace all matches of a regular expression in a file',
  args: ARGS,
  probe: (args, { target }) => destProbe(request(args, target.userland)),
  parse: ({ bytes }, args, { target }) => readDest(bytes, request(args, target.userland)),
  plan(args, view, { diff, target }) {
    const { path, found } = throughLink(view, args.path, target)
    if (found?.type === 'directory') {
      return { ...nothing({ rc: 256 }), failed: `Path ${args.path} is a directory !` }
    }
    if (found === undefined) {
      throw new MissingError(`Path ${args.path} does not exist !`, { result: { rc: 257 } })
    }
    const edited = replaceText(view.before, args)
    if (edited.untouched) return nothing({ rc: 0, msg: edited.msg })
    const plan = planEdit(args, edited, { path, view, found, diff })
    return { ...plan, result: { ...plan.result, rc: 0 } }
  },
  finish: (outputs) => readWritten(outputs),
})

function request(args: ReplaceArgs, userland: string): DestRequest {
  return { dest: args.path, owner: args.owner, group: args.group, content: 'all', userland, name: undefined }
}
