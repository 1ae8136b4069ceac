import { MissingError } from '../core/errors.ts'
import { type Change, defineModule, nothing } from '../core/module.ts'
import { EDIT_ARGS, editedProbe, fileToEdit, readEdited } from './shared/edited-file.ts'
import { planEdit } from './shared/plan-edit.ts'
import { readWritten } from './shared/plan-file.ts'
import { replaceText } from './shared/replace-text.ts'

const ARGS = {
  ...EDIT_ARGS,
  regexp: {
    type: 'str',
    required: true,
    doc: 'What to replace, as a Python regular expression; ^ and $ stand for the ends of lines',
  },
  replace: { type: 'str', default: '', doc: 'What to put there; it may refer to groups of regexp' },
  after: { type: 'str', doc: 'Only what follows a match of this is changed' },
  before: { type: 'str', doc: 'Only what comes before a match of this is changed' },
  encoding: { type: 'str', default: 'utf-8', doc: 'The encoding of the file' },
} as const

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
  probe: editedProbe,
  parse: readEdited,
  plan(args, view, { diff, target }) {
    const { path, found } = fileToEdit(view, args.path, target)
    if (found === undefined) {
      throw new MissingError(`Path ${args.path} does not exist !`, { result: { rc: 257 } })
    }
    const edited = replaceText(view.before, args)
    if (edited.untouched) return nothing({ rc: 0, msg: edited.msg })
    const plan = planEdit(args, edited, { path, view, found, diff })
    return { ...plan, result: { ...plan.result, rc: 0, ...(diff && diffOf(args.path, plan.changes)) } }
  },
  finish: (outputs) => readWritten(outputs),
})

// This module of Ansible's has no list of diffs, but the one.
function diffOf(path: string, changes: readonly Change[]): { readonly diff?: object } {
  const text = changes.find(({ what }) => what === 'content')
  if (text === undefined) return {}
  return { diff: { before_header: path, before: text.before, after_header: path, after: text.after } }
}
